/** What members and other systems do to runs that wait for it. As the server's `runs.decide`, `heddle.report_event` and its helpers. */
import type { World } from '../host/world.ts';
import type { NamedEvent, WaitRow } from './tables.ts';

type Parts = Pick<World, 'store' | 'random' | 'trace' | 'bugs' | 'judge'>;

/** A member decides a question that is open. @returns False when there is none, or somebody was quicker. */
export function decide({ store, random, trace, bugs, judge }: Parts): boolean {
  const open = [...store.waits.values()].filter(({ spec }) => spec.kind === 'approval');
  if (open.length === 0) return false;
  const { runId, position, node, createdAtMs } = random.pick(open);
  const run = store.runs.get(runId);
  if (run === undefined) return false;
  const decision = random.chance(0.5) ? 'approved' : 'rejected';
  const question = `decision:${runId}:${position}:${createdAtMs}`;
  const result = store.ingest({
    event: {
      kind: 'core/decision',
      key: bugs.has('decideTwice') ? `${question}:${store.events.size}` : question,
      occurredAtMs: store.nowMs(),
      data: { runId, position, decision, by: 'Ada' },
    },
    target: { flow: run.flow, node },
    subject: run.subject,
  });
  trace.note(() => `A member says "${decision}" to ${runId} at ${position}: ${result}`);
  if (result === 'stored') judge.decided(question);
  return result === 'stored';
}

/** Another system reports something. */
export function report({ store, trace, bugs }: Parts, name: string, key: string): void {
  const row: NamedEvent = { id: store.newId('n'), name, key, reportedAtMs: store.nowMs() };
  trace.note(() => `REPORT ${row.id} ${name} ${key}`);
  store.known.push(row);
  if (!bugs.has('forgetReport')) store.reports.push(row);
  for (const wait of store.waits.values())
    if (wait.spec.kind === 'event' && wait.spec.name === name && wait.spec.key === key)
      giveReport({ store }, row, wait);
}

/** A run has come to wait: was it reported already, since the run began? */
export function giveEarlyReport({ store }: Pick<World, 'store'>, wait: WaitRow): void {
  if (wait.spec.kind !== 'event') return;
  const startedAtMs = store.runs.get(wait.runId)?.startedAtMs ?? 0;
  for (const row of store.reports) {
    const isMeant = row.name === wait.spec.name && row.key === wait.spec.key && row.reportedAtMs >= startedAtMs;
    if (isMeant && giveReport({ store }, row, wait)) return;
  }
}

/** Puts a report into the mailbox of one run, at most once per report and run. */
function giveReport({ store }: Pick<World, 'store'>, row: NamedEvent, { runId, position, node }: WaitRow): boolean {
  const name = `${row.id}/${runId}`;
  const run = store.runs.get(runId);
  if (run === undefined || store.given.has(name)) return false;
  store.given.add(name);
  store.ingest({
    event: {
      kind: 'core/reported',
      key: `report:${name}`,
      occurredAtMs: row.reportedAtMs,
      data: { runId, position, name: row.name, key: row.key, data: {} },
    },
    target: { flow: run.flow, node },
    subject: run.subject,
  });
  return true;
}
