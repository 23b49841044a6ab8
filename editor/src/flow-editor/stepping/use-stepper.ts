import { FlowError, type FlowTest } from '@heddle/schemas';
import { useEffect, useState } from 'react';
import { toProblem } from '../../api/api-problem.ts';
import { canRunHere, loadHandlers } from '../cases/run-cases.ts';
import { useEditorStore } from '../store/editor-context.ts';
import { startStepper, type Stepper } from './stepper.ts';

/** The stepping through a case with the flow as it is when it starts; `key` differs for each new start. */
export interface UsedStepper {
  readonly stepper: { readonly key: number; readonly of: Stepper } | null;
  readonly problem: string | null;
  /** Starts from the beginning, with the flow as it is now. */
  again(): void;
}

export function useStepper(test: FlowTest): UsedStepper {
  const store = useEditorStore();
  const [key, setKey] = useState(0);
  const [stepper, setStepper] = useState<UsedStepper['stepper']>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let made: Stepper | null = null;
    let isGone = false;
    const start = async () => {
      const { document } = store.getState();
      const [registry, { runFlowTest }] = await Promise.all([loadHandlers(), import('@heddle/engine/test-kit')]);
      if (isGone) return;
      if (!canRunHere(document, registry)) {
        setProblem(
          'A node of this flow comes from a plugin whose code is on the server only, so it cannot be stepped through.',
        );
        return;
      }
      made = startStepper(document, registry, test, async (flow, handlers, chosen, beforeNode) => {
        const { report, failures } = await runFlowTest(flow, handlers, chosen, { beforeNode });
        if (report === null) throw new FlowError('FLOW_INVALID', failures.join(' '));
        return report;
      });
      setStepper({ key, of: made });
    };
    void start().catch((error: unknown) => (isGone ? undefined : setProblem(toProblem(error).detail)));
    return () => {
      isGone = true;
      made?.stop();
    };
  }, [store, test, key]);
  return { stepper, problem, again: () => setKey(key + 1) };
}
