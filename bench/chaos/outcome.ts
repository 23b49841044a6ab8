import type { LedgerEntry } from '../../nodes/src/instagram/sandbox/index.ts';
import type { BenchmarkContext } from '../support/benchmark.ts';
import { atLeast, exactly, type Goal } from '../support/goal.ts';
import { pause } from './deliver.ts';
import { SENDS_PER_RUN } from './flows.ts';
import { readLedger } from './ledger.ts';
import type { World } from './world.ts';

/** A send as the product noted it. */
export interface OutboxRow {
  readonly id: string;
  readonly runId: string;
  readonly state: string;
  readonly text: string;
  readonly platformId: string | null;
  readonly settledAtMs: number | null;
  readonly runEndedAtMs: number | null;
}

export interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly code: string | null;
}

/** What is there at the end of a phase. */
export interface Outcome {
  readonly events: readonly { readonly key: string; readonly state: string; readonly runs: number }[];
  readonly runs: readonly RunRow[];
  readonly outbox: readonly OutboxRow[];
  readonly ledger: readonly LedgerEntry[];
}

/** Waits until nothing is pending, at most `limitMs`; what is then still open is for the judge to see. */
export async function untilQuiet(context: BenchmarkContext, world: World, limitMs: number): Promise<void> {
  const endMs = performance.now() + limitMs;
  for (let round = 0; ; round += 1) {
    const { rows } = await world.pool.query<{ events: number; runs: number; sends: number }>(
      `select (select count(*)::int from heddle.inbound_event where state = 'pending') as events,
         (select count(*)::int from heddle.run where status in ('running', 'waiting')) as runs,
         (select count(*)::int from heddle.outbox where state in ('planned', 'sending')) as sends`,
    );
    const [open] = rows;
    if (open === undefined || open.events + open.runs + open.sends === 0 || performance.now() > endMs) return;
    if (round % 15 === 0) context.note(`  open: ${open.events} events, ${open.runs} runs, ${open.sends} sends`);
    await pause(1_000);
  }
}

export async function readOutcome(world: World): Promise<Outcome> {
  const { pool } = world;
  const events = await pool.query<Outcome['events'][number]>(
    `select e.key, e.state, count(r.id)::int as runs from heddle.inbound_event e
     left join heddle.run r on r.workspace_id = e.workspace_id and r.event_id = e.id group by e.id, e.key, e.state`,
  );
  const runs = await pool.query<RunRow>(`select id, status, error ->> 'code' as code from heddle.run`);
  const outbox = await pool.query<OutboxRow>(
    `select o.id, o.run_id as "runId", o.state, o.summary as text, o.platform_id as "platformId",
       (extract(epoch from o.settled_at) * 1000)::float8 as "settledAtMs", (extract(epoch from r.ended_at) * 1000)::float8 as "runEndedAtMs"
     from heddle.outbox o join heddle.run r on r.workspace_id = o.workspace_id and r.id = o.run_id`,
  );
  return { events: events.rows, runs: runs.rows, outbox: outbox.rows, ledger: await readLedger(world.sandbox) };
}

const isUnknownRun = (run: RunRow): boolean => run.status === 'failed' && run.code === 'SEND_OUTCOME_UNKNOWN';

export interface Verdict {
  readonly goals: Goal[];
  readonly unknown: readonly OutboxRow[];
  readonly succeeded: number;
  /** Effects of which the product does not know that they arrived. */
  readonly unknownButArrived: number;
}

/** The promises that every phase has to keep, whatever dies: compares what was delivered, what is stored and what the platform saw. */
export function judgeRuns(context: BenchmarkContext, phase: string, outcome: Outcome, expectedRuns: number): Verdict {
  const { events, runs, outbox, ledger } = outcome;
  const sends = ledger.filter(({ kind }) => kind === 'message' || kind === 'private-reply' || kind === 'comment-reply');
  const effects = countBy(sends.map(({ text }) => text));
  const ids = new Set(sends.map(({ id }) => id));
  const unknown = outbox.filter(({ state }) => state === 'unknown');
  const succeeded = runs.filter(({ status }) => status === 'succeeded');
  const succeededIds = new Set(succeeded.map(({ id }) => id));
  const sentByRun = countBy(outbox.filter(({ state }) => state === 'sent').map(({ runId }) => runId));
  const allowed = new Set(
    outbox.filter(({ state }) => state === 'sent' || state === 'unknown').map(({ text }) => text),
  );
  context.table(
    `${phase}: runs`,
    [...countBy(runs.map(({ status, code }) => (code === null ? status : `${status} (${code})`)))].map(
      ([end, count]) => ({ end, count }),
    ),
  );
  context.table(
    `${phase}: sends`,
    [...countBy(outbox.map(({ state }) => state))].map(([state, count]) => ({ state, count })),
  );
  return {
    unknown,
    succeeded: succeeded.length,
    unknownButArrived: unknown.filter(({ text }) => effects.has(text)).length,
    goals: [
      exactly(
        `${phase}: lost (events accepted without exactly one ended run)`,
        expectedRuns - events.filter((event) => event.state === 'completed' && event.runs === 1).length,
        0,
      ),
      exactly(
        `${phase}: runs that ended otherwise than succeeded or unknown`,
        runs.filter((run) => run.status !== 'succeeded' && !isUnknownRun(run)).length,
        0,
      ),
      exactly(`${phase}: effects that happened twice`, [...effects.values()].filter((count) => count > 1).length, 0),
      exactly(
        `${phase}: sends noted as sent that never arrived`,
        outbox.filter((row) => row.state === 'sent' && !ids.has(row.platformId ?? '')).length,
        0,
      ),
      exactly(
        `${phase}: effects noted neither as sent nor unknown`,
        [...effects.keys()].filter((key) => !allowed.has(key)).length,
        0,
      ),
      exactly(
        `${phase}: runs that succeeded without their ${SENDS_PER_RUN} effects`,
        [...succeededIds].filter((id) => sentByRun.get(id) !== SENDS_PER_RUN).length,
        0,
      ),
      atLeast(`${phase}: share of runs that succeeded`, succeeded.length / expectedRuns, 0.95),
    ],
  };
}

export function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
