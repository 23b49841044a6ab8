import { isJsonObject, type InboundEvent, type RunEvent } from '@heddle/schemas';
import { applyEvent } from '../drive/apply-event.ts';
import { driveRun } from '../drive/drive-run.ts';
import { programOf, type Turn } from './turn.ts';
import type { EventResult } from './turn-state.ts';

/** A member decided; `data` has runId, position, decision, by, note. */
export const DECISION_KIND = 'core/decision';
/** Another system reported what a run waits for; `data` has runId, position, name, key, data. */
export const REPORT_KIND = 'core/reported';

/** True for events of ours that are meant for one wait of one run. */
export function isForRun(event: InboundEvent): boolean {
  return event.kind === DECISION_KIND || event.kind === REPORT_KIND;
}

/** Hands the event to the run, if it still waits for it. @returns What to note on the event, and what then drives the run on. */
export async function takeForRun(
  turn: Turn,
  event: InboundEvent,
): Promise<{ readonly result: Pick<EventResult, 'state' | 'reason' | 'runIds'>; drive(): Promise<void> }> {
  const { runId, position } = event.data;
  const run = turn.runs.find((candidate) => candidate.id === runId);
  const wait = typeof position === 'string' ? run?.waits.get(position) : undefined;
  const kind = event.kind === DECISION_KIND ? 'approval' : 'event';
  if (run === undefined || wait === undefined || wait.spec.kind !== kind)
    return {
      result: { state: 'ignored', reason: 'The run does not wait for it any more.', runIds: [] },
      drive: () => Promise.resolve(),
    };
  const toRun = applyEvent(turn, await programOf(turn, run), run, toRunEvent(turn, event, wait.position));
  const { nodeRunId } = wait;
  return {
    result: { state: 'completed', reason: null, runIds: [run.id] },
    drive: () => driveRun(turn, run, toRun, new Map(nodeRunId === null ? [] : [[wait.position, nodeRunId]])),
  };
}

function toRunEvent(turn: Turn, { kind, data }: InboundEvent, position: string): RunEvent {
  const atMs = turn.deps.clock.nowMs();
  if (kind === REPORT_KIND)
    return { kind: 'eventArrived', position, data: isJsonObject(data['data']) ? data['data'] : {}, atMs };
  const { decision, by, note } = data;
  return {
    kind: 'approved',
    position,
    decision: decision === 'approved' ? 'approved' : 'rejected',
    ...(typeof by === 'string' ? { by } : {}),
    ...(typeof note === 'string' ? { note } : {}),
    atMs,
  };
}
