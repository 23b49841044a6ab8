import type { FlowTest } from '@heddle/schemas';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { useFlowSession } from '../sync/flow-session-context.ts';
import { runCases, type CaseResult } from './run-cases.ts';

/** The test cases of the draft: how they went, and what can be done with them. */
export interface Cases {
  readonly tests: readonly FlowTest[];
  /** How a case went with the flow as it is now; undefined when it has not been run since the flow or the case changed. */
  resultOf(test: FlowTest): CaseResult | undefined;
  readonly isRunning: boolean;
  /** Runs cases. @returns How each went, in order. */
  run(tests: readonly FlowTest[]): Promise<readonly CaseResult[]>;
  /** Changes the list of cases, as one step of the history. */
  change(tests: readonly FlowTest[], label: string, mergeKey?: string): void;
}

interface Results {
  readonly nodes: unknown;
  readonly edges: unknown;
  readonly settings: unknown;
  readonly byTest: ReadonlyMap<FlowTest, CaseResult>;
}

/** Keeps results as long as the flow stays as it was when they were made. */
export function useCases(): Cases {
  const session = useFlowSession();
  const store = useEditorStore();
  const tests = useEditor((state) => state.document.tests) ?? NO_TESTS;
  const nodes = useEditor((state) => state.document.nodes);
  const edges = useEditor((state) => state.document.edges);
  const settings = useEditor((state) => state.document.settings);
  const [results, setResults] = useState<Results | null>(null);
  const [isRunning, setRunning] = useState(false);
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
    };
  }, []);
  const isFresh = results?.nodes === nodes && results.edges === edges && results.settings === settings;

  const run = useCallback(
    async (chosen: readonly FlowTest[]) => {
      const { document } = store.getState();
      setRunning(true);
      try {
        const made = await runCases(document, chosen, () => session.runTests());
        if (isGone.current) return made;
        setResults((before) => {
          const isSame =
            before?.nodes === document.nodes &&
            before.edges === document.edges &&
            before.settings === document.settings;
          const byTest = new Map(isSame ? before.byTest : []);
          chosen.forEach((test, index) => {
            const result = made[index];
            if (result !== undefined) byTest.set(test, result);
          });
          return { nodes: document.nodes, edges: document.edges, settings: document.settings, byTest };
        });
        return made;
      } finally {
        if (!isGone.current) setRunning(false);
      }
    },
    [session, store],
  );
  return {
    tests,
    resultOf: (test) => (isFresh ? results.byTest.get(test) : undefined),
    isRunning,
    run,
    change: (next, label, mergeKey) =>
      store.getState().change([{ kind: 'setTests', tests: [...next] }], {
        label,
        ...(mergeKey === undefined ? {} : { mergeKey }),
      }),
  };
}

const NO_TESTS: readonly FlowTest[] = [];
