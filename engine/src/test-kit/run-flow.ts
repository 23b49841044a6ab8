import { isJsonObject, type ContactFacts, type FlowTestEvent, type JsonObject, type RunStatus } from '@heddle/schemas';
import type { HandlerRegistry } from '../plugin/index.ts';
import type { Fakes } from './fake-services.ts';
import { createHarness, type Harness, type NotFired } from './harness.ts';
import type { HarnessRun, NodeRunRecord, NodeStep, RunStep } from './memory-host.ts';
import type { SentAction } from './sent.ts';

/** What happens, and to whom. */
export interface RunFlowOptions {
  /**
   * In order. An event with `afterMs` comes exactly that long after the one before; without it, once everything has come to rest.
   * The kind `time` is no event: it only lets `afterMs` pass, so that a wait for an answer can run out. `core/approved` and
   * `core/rejected` are a member's decision, `core/event` is a report with `name`, `key` and `data`.
   */
  readonly events: readonly FlowTestEvent[];
  readonly contact?: Partial<ContactFacts>;
  readonly inputs?: JsonObject;
  readonly seed?: number;
  readonly nowMs?: number;
  readonly fakes?: Fakes;
  /** Other flows that this one may call, by name. */
  readonly flows?: Readonly<Record<string, unknown>>;
  readonly crashesAfterEveryEvent?: boolean;
  /** Called before each node of the flow runs, and waited for. */
  readonly beforeNode?: (step: NodeStep) => Promise<void>;
  /** Called for each event that the interpreter took, in order. */
  readonly afterEvent?: (step: RunStep) => void;
}

/** What could be seen from outside, and why. */
export interface FlowReport {
  readonly sent: readonly SentAction[];
  readonly runs: readonly HarnessRun[];
  /** Of the newest run; null when none started. */
  readonly status: RunStatus | null;
  readonly contact: ContactFacts | null;
  /** `node.port` for every port taken, in order. */
  readonly ports: readonly string[];
  /** Every node run of the flow, bodies included, in order. */
  readonly steps: readonly NodeRunRecord[];
  readonly trace: readonly string[];
  readonly notFired: readonly NotFired[];
  /** Notes to members. */
  readonly notes: readonly string[];
  /** Records by collection, in the order they were made. */
  readonly records: ReadonlyMap<string, readonly JsonObject[]>;
  readonly endedAtMs: number;
}

/**
 * Runs a flow in memory and in virtual time. After the last event it jumps from wait to wait until nothing is left but waiting for
 * the contact.
 *
 * @throws FlowError `FLOW_INVALID`.
 */
export async function runFlow(
  document: unknown,
  registry: HandlerRegistry,
  options: RunFlowOptions,
): Promise<FlowReport> {
  const { events, ...rest } = options;
  const harness = createHarness(document, registry, rest);
  for (const { afterMs, kind, data } of events) {
    if (afterMs === undefined) await harness.settle();
    else await harness.clock.advanceMs(afterMs);
    await happen(harness, kind, data);
  }
  await harness.settle();
  const runs = harness.runs();
  return {
    sent: harness.world.sent,
    runs,
    status: runs.at(-1)?.snapshot.status ?? null,
    contact: harness.world.contact,
    ports: harness.ports(),
    steps: harness.steps(),
    trace: harness.trace(),
    notFired: harness.notFired,
    notes: harness.world.notes,
    records: new Map([...harness.world.records].map(([name, kept]) => [name, [...kept.values()]])),
    endedAtMs: harness.clock.nowMs(),
  };
}

async function happen(harness: Harness, kind: string, data: JsonObject = {}): Promise<void> {
  switch (kind) {
    case 'time':
      return;
    case 'core/approved':
    case 'core/rejected': {
      const note = typeof data['note'] === 'string' ? data['note'] : undefined;
      await harness.decide(kind === 'core/approved' ? 'approved' : 'rejected', 'A member', note);
      return;
    }
    case 'core/event': {
      const about = isJsonObject(data['data']) ? data['data'] : {};
      await harness.report(String(data['name'] ?? ''), String(data['key'] ?? ''), about);
      return;
    }
    default:
      await harness.deliver({ kind, data });
  }
}
