import { advance, type Program, type RunNodeEffect } from '@heddle/engine';
import type { RunEvent } from '@heddle/schemas';
import type { Turn } from '../turn/turn.ts';
import type { LiveRun } from '../turn/turn-state.ts';

/**
 * Takes one event into a run: asks the engine, keeps the new snapshot, and notes waits, the end and numbers in the journal.
 *
 * @param nodeRunId The node run that a wait scheduled by this event belongs to.
 * @returns Node runs that are now asked for, in order.
 */
export function applyEvent(
  turn: Turn,
  program: Program,
  run: LiveRun,
  event: RunEvent,
  nodeRunId: string | null = null,
): RunNodeEffect[] {
  const { snapshot, effects } = advance(program, run.snapshot, event);
  if (snapshot === run.snapshot && effects.length === 0) return [];
  const { journal } = turn;
  run.snapshot = snapshot;
  journal.pending.runs.add(run);
  const toRun: RunNodeEffect[] = [];
  for (const effect of effects) {
    switch (effect.kind) {
      case 'runNode':
        toRun.push(effect);
        break;
      case 'scheduleWait': {
        const known = run.waits.get(effect.position);
        const wait = {
          position: effect.position,
          node: effect.node,
          spec: effect.wait,
          dueAtMs: effect.wait.dueAtMs,
          nodeRunId: effect.wait.kind === 'retry' ? null : (known?.nodeRunId ?? nodeRunId),
          createdAtMs: known?.createdAtMs ?? event.atMs,
        };
        run.waits.set(effect.position, wait);
        journal.pending.waits.set(`${run.id}/${effect.position}`, { run, position: effect.position, wait });
        break;
      }
      case 'cancelWait':
        break; // seen below: the position waits no longer
      case 'finish':
        run.endedAtMs = event.atMs;
        journal.count(run.flowId, '', effect.status);
        turn.log.debug(
          { runId: run.id, flowId: run.flowId, status: effect.status, error: effect.error?.code },
          'A run ended',
        );
        break;
      default:
        assertNever(effect);
    }
  }
  forgetWaits(turn, run);
  return toRun;
}

/** Drops the waits of positions that wait no longer. */
function forgetWaits(turn: Turn, run: LiveRun): void {
  for (const position of run.waits.keys()) {
    const state = run.snapshot.positions[position]?.state;
    if (state === 'waiting' || state === 'retrying') continue;
    run.waits.delete(position);
    turn.journal.pending.waits.set(`${run.id}/${position}`, { run, position, wait: null });
  }
}

function assertNever(effect: never): never {
  throw new TypeError(`Unknown effect ${JSON.stringify(effect)}`);
}
