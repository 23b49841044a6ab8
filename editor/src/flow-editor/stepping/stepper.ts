/** Goes through a test case node by node, in memory. No React. */
import type { FlowReport, NodeRunRecord, NodeStep } from '@heddle/engine/test-kit';
import type { HandlerRegistry } from '@heddle/engine';
import { toErrorRecord, type FlowDocument, type FlowTest } from '@heddle/schemas';
import { createStore, type StoreApi } from 'zustand';

/** Where the stepping stands. */
export interface StepState {
  readonly kind: 'running' | 'paused' | 'ended' | 'broken';
  /** The node that runs next; null unless paused. */
  readonly next: NodeStep | null;
  /** Every node run so far, in order. */
  readonly records: readonly NodeRunRecord[];
  readonly ports: readonly string[];
  /** Of the whole, once it has ended. */
  readonly report: FlowReport | null;
  /** Why the flow cannot run; only when broken. */
  readonly problem: string | null;
}

/** A case that is being stepped through. */
export interface Stepper {
  readonly state: StoreApi<StepState>;
  /** Lets the next node run. */
  next(): void;
  /** Lets everything run to the end. */
  finish(): void;
  /** Leaves it where it is, for good. */
  stop(): void;
}

/** What a case gives to `runFlow`. */
export type RunCase = (
  document: FlowDocument,
  registry: HandlerRegistry,
  test: FlowTest,
  beforeNode: (step: NodeStep) => Promise<void>,
) => Promise<FlowReport>;

const BEGUN: StepState = { kind: 'running', next: null, records: [], ports: [], report: null, problem: null };

/** Starts a case; it pauses before the first node. */
export function startStepper(document: FlowDocument, registry: HandlerRegistry, test: FlowTest, run: RunCase): Stepper {
  const state = createStore<StepState>(() => BEGUN);
  let goOn: (() => void) | null = null;
  let isFree = false;
  let isStopped = false;

  const beforeNode = (step: NodeStep): Promise<void> => {
    if (isFree) return Promise.resolve();
    return new Promise((resolve) => {
      goOn = resolve;
      // Who has stopped waits here for ever, and the run with them.
      if (!isStopped) state.setState({ kind: 'paused', next: step, records: step.records, ports: step.ports });
    });
  };
  const release = () => {
    const released = goOn;
    goOn = null;
    if (released === null || isStopped) return;
    state.setState({ kind: 'running', next: null });
    released();
  };

  run(document, registry, test, beforeNode).then(
    (report) => {
      const { steps: records, ports } = report;
      if (!isStopped) state.setState({ kind: 'ended', next: null, records, ports, report });
      return undefined;
    },
    (error: unknown) => {
      if (!isStopped) state.setState({ kind: 'broken', next: null, problem: toErrorRecord(error).message });
      return undefined;
    },
  );
  return {
    state,
    next: release,
    finish: () => {
      isFree = true;
      release();
    },
    stop: () => {
      isStopped = true;
    },
  };
}
