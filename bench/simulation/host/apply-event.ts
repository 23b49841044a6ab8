import { advance, type RunNodeEffect } from '@heddle/engine';
import type { RunEvent } from '@heddle/schemas';
import type { LiveRun } from './live-run.ts';
import type { Turn } from './turn.ts';

/** Takes one event into a run, as the server's `applyEvent`: keeps the new snapshot, and notes waits and the end in the journal. */
export function applyEvent(turn: Turn, run: LiveRun, event: RunEvent): RunNodeEffect[] {
  const { snapshot, effects } = advance(run.flow.program, run.snapshot, event);
  if (snapshot === run.snapshot && effects.length === 0) return [];
  const { pending } = turn.journal;
  turn.world.trace.note(
    () =>
      `${turn.process.name} ${run.id} takes ${describe(event)} -> ${snapshot.status}; ${effects.map(({ kind }) => kind).join(', ')}`,
  );
  run.snapshot = snapshot;
  pending.runs.add(run);
  const toRun: RunNodeEffect[] = [];
  for (const effect of effects) {
    if (effect.kind === 'runNode') toRun.push(effect);
    if (effect.kind === 'finish') run.endedAtMs = event.atMs;
    if (effect.kind === 'scheduleWait') {
      const { position, node, wait: spec } = effect;
      const { dueAtMs } = spec;
      const leftMs = dueAtMs === null ? 0 : dueAtMs - turn.nowMs();
      const createdAtMs = run.waits.get(position)?.createdAtMs ?? event.atMs;
      const wait = {
        position,
        node,
        spec,
        dueAtMs,
        createdAtMs,
        notBeforeTrueMs: turn.world.scheduler.nowMs() + leftMs,
      };
      run.waits.set(position, wait);
      pending.waits.set(`${run.id}/${position}`, { run, position, wait });
    }
  }
  for (const position of run.waits.keys()) {
    const state = run.snapshot.positions[position]?.state;
    if (state === 'waiting' || state === 'retrying') continue;
    run.waits.delete(position);
    pending.waits.set(`${run.id}/${position}`, { run, position, wait: null });
  }
  return toRun;
}

function describe(event: RunEvent): string {
  const at = 'position' in event ? ` at ${event.position}` : '';
  return `${event.kind}${at}${event.kind === 'nodeFailed' ? ` (${event.error.code})` : ''}`;
}
