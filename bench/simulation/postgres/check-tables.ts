/** The promises, looked for in the tables and in what really arrived at the platform. */
import { isJsonObject, type JsonObject, type JsonValue } from '@heddle/schemas';
import type pg from 'pg';
import type { Fail } from '../checks-at-rest.ts';
import type { LiveFlow } from '../host/live-run.ts';
import { nameOf } from './real-platform.ts';
import type { Workspace } from './real-world.ts';

interface EventRow {
  readonly id: string;
  readonly key: string;
  readonly kind: string;
  readonly subject: string;
  readonly state: string;
  readonly reason: string | null;
  readonly run_ids: string[];
  readonly flow_id: string | null;
  readonly occurred_at: Date;
}

interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly event_id: string | null;
  readonly snapshot: { readonly outputs?: Record<string, { readonly output: JsonValue }> };
  readonly parent_run_id: string | null;
  readonly parent_position: string | null;
  readonly child_index: number | null;
  readonly is_reported: boolean;
}

interface OutboxRow {
  readonly run_id: string;
  readonly node: string;
  readonly visit: number;
  readonly key: string;
  readonly state: string;
  readonly action: JsonObject;
}

/** What was left when nothing is left to do. */
export interface Rest {
  readonly runs: number;
  readonly sends: number;
  readonly unknown: number;
}

/**
 * @param facts.acceptedKeys Events that their senders were told will not be lost.
 * @param facts.unclear Names of actions whose outcome a fault may have hidden.
 */
export async function checkAtRest(
  owner: pg.Pool,
  { id }: Workspace,
  facts: {
    readonly acceptedKeys: ReadonlySet<string>;
    readonly unclear: ReadonlySet<string>;
    readonly effects: ReadonlyMap<string, readonly string[]>;
  },
  fail: Fail,
): Promise<Rest> {
  const all = async <T extends object>(table: string, order: string): Promise<T[]> =>
    (await owner.query<T>(`select * from heddle.${table} where workspace_id = $1 order by ${order}`, [id])).rows;
  const events = await all<EventRow>('inbound_event', 'occurred_at, id');
  const runs = await all<RunRow>('run', 'id');
  const outbox = await all<OutboxRow>('outbox', 'id');
  const { rows: left } = await owner.query<{ what: string }>(
    `select 'waitLeft: a wait of ' || run_id || ' at ' || node as what from heddle.wait where workspace_id = $1
     union all select 'queueLeft: the start by event ' || event_id || ' still waits for its turn' from heddle.queued_start where workspace_id = $1
     union all select 'leaseLeft: ' || key || ' is still held' from heddle.subject where workspace_id = $1 and lease_until is not null`,
    [id],
  );
  for (const { what } of left) fail(what.split(':')[0] ?? '', what.slice(what.indexOf(':') + 2));
  checkEvents(events, runs, facts.acceptedKeys, fail);
  checkRuns(runs, fail);
  checkSends(outbox, facts, fail);
  const count = (state: string): number => outbox.filter((row) => row.state === state).length;
  return { runs: runs.length, sends: count('sent'), unknown: count('unknown') };
}

function checkEvents(
  events: readonly EventRow[],
  runs: readonly RunRow[],
  acceptedKeys: ReadonlySet<string>,
  fail: Fail,
): void {
  const keys = new Set(events.map(({ key }) => key));
  for (const key of acceptedKeys) if (!keys.has(key)) fail('eventLost', `the event with key ${key} is gone`);
  const ids = new Set(runs.map((run) => run.id));
  const ticks = new Set<string>();
  for (const { id, key, kind, state, reason, run_ids: runIds, flow_id: flowId, occurred_at: at } of events) {
    if (state === 'pending') fail('eventLost', `event ${key} (${kind}) was never taken: ${reason ?? ''}`);
    if ((state === 'ignored' || state === 'failed') && !reason) fail('noReason', `event ${key} does not say why`);
    for (const runId of runIds)
      if (!ids.has(runId)) fail('runLost', `event ${key} names ${runId}, which is not stored`);
    const started = runs.filter((run) => run.event_id === id).length;
    if (started > 1) fail('startedTwice', `event ${key} started ${started} runs`);
    if (kind.startsWith('instagram/') && events.some((other) => other.id !== id && other.key === key))
      fail('startedTwice', `the event with key ${key} is stored twice`);
    if (kind !== 'core/schedule') continue;
    const tick = `${flowId} ${at.toISOString()}`;
    if (ticks.has(tick)) fail('tickTwice', `the tick ${tick} came twice`);
    ticks.add(tick);
  }
}

function checkRuns(runs: readonly RunRow[], fail: Fail): void {
  for (const { id, status } of runs)
    if (status === 'running' || status === 'waiting') fail('runLost', `run ${id} is "${status}" and nothing wakes it`);
  const below = runs.filter((run) => run.parent_run_id !== null);
  for (const { id, is_reported: isReported } of below)
    if (!isReported) fail('childLost', `nobody told the run above that ${id} has ended`);
  const lists = Map.groupBy(below, (run) => `${run.parent_run_id}/${run.parent_position}`);
  for (const [list, children] of lists) {
    const indexes = children.map((run) => Number(run.child_index)).toSorted((a, b) => a - b);
    if (indexes.some((index, place) => index !== place))
      fail('itemLost', `${list} has runs for the items ${indexes.join(', ')}`);
    checkLoop(runs, list, children, fail);
  }
}

/** Where a run went through one list only, what the list put out is what its runs say. */
function checkLoop(runs: readonly RunRow[], list: string, children: readonly RunRow[], fail: Fail): void {
  const runId = children[0]?.parent_run_id;
  const above = runs.find(({ id }) => id === runId);
  if (above === undefined) return fail('runLost', `the run above of ${list} is gone`);
  if (new Set(runs.filter((run) => run.parent_run_id === runId).map((run) => run.parent_position)).size > 1) return;
  for (const { output } of Object.values(above.snapshot.outputs ?? {})) {
    if (!isJsonObject(output) || typeof output['isBroken'] !== 'boolean' || output['isBroken']) continue;
    const { total, succeeded } = output;
    const well = children.filter(({ status }) => status === 'succeeded').length;
    if (total !== children.length || succeeded !== well)
      fail(
        'itemLost',
        `${list} says ${JSON.stringify({ total, succeeded })}; ${children.length} runs, ${well} went well`,
      );
  }
}

function checkSends(
  outbox: readonly OutboxRow[],
  { effects, unclear }: { effects: ReadonlyMap<string, readonly string[]>; unclear: ReadonlySet<string> },
  fail: Fail,
): void {
  const names = new Set(outbox.map(({ action }) => nameOf(action)));
  for (const name of effects.keys()) if (!names.has(name)) fail('sentWithoutRow', `${name} arrived, but has no row`);
  for (const { run_id: runId, node, visit, key, state, action } of outbox) {
    const name = nameOf(action);
    const what = `${runId}/${node}/${visit}/${key}`;
    const count = effects.get(name)?.length ?? 0;
    if (count > 1) fail('sentTwice', `${what} had its effect at the platform ${count} times`);
    if (state === 'sending') fail('sendLeft', `${what} is still "sending"`);
    if (state === 'sent' && count !== 1) fail('sentWrongly', `${what} is "sent", but had ${count} effects`);
    if (['failed', 'refused', 'planned'].includes(state) && count !== 0)
      fail('failedWrongly', `${what} is "${state}", but had ${count} effects`);
    if (state === 'unknown' && !unclear.has(name)) fail('unknown', `${what} is "unknown" without need`);
  }
}

/** What a watcher remembers between two looks. */
export interface Watch {
  /** Looks at what a checkpoint changed. */
  afterCheckpoint(loadedBefore: (subject: string) => number): Promise<void>;
}

interface WatchedEvent {
  readonly id: string;
  readonly key: string;
  readonly subject: string;
  readonly state: string;
  readonly attempts: number;
  readonly retry_at: Date | null;
  readonly is_queued: boolean;
  readonly occurred_at: Date;
}

interface ActiveRuns {
  readonly flow_id: string;
  readonly contact_id: string | null;
  readonly is_limited: boolean;
  readonly amount: number;
}

/**
 * Holds what only shows on the way: events of a person are taken in order, and a flow has no more runs at once than it may have.
 *
 * @param seenAs When an event was stored, as a count; the events that a turn has loaded are those that came before it.
 */
export function watchTables(
  owner: pg.Pool,
  { id }: Workspace,
  flows: readonly LiveFlow[],
  flowIds: readonly string[],
  seenAs: (eventId: string) => number,
  fail: Fail,
): Watch {
  const settled = new Set<string>();
  return {
    async afterCheckpoint(loadedBefore) {
      const { rows: events } = await owner.query<WatchedEvent>(
        `select e.id, e.key, e.subject, e.state, e.attempts, e.retry_at, e.occurred_at, q.event_id is not null as is_queued
         from heddle.inbound_event e left join heddle.queued_start q on q.workspace_id = e.workspace_id and q.event_id = e.id
         where e.workspace_id = $1 order by e.occurred_at, e.id`,
        [id],
      );
      const { rows: active } = await owner.query<ActiveRuns>(
        `select flow_id, contact_id, is_limited, count(*)::integer as amount from heddle.run
         where workspace_id = $1 and parent_run_id is null and status in ('running', 'waiting') group by 1, 2, 3`,
        [id],
      );
      for (const [place, event] of events.entries()) {
        if (event.state === 'pending' || settled.has(event.id)) continue;
        settled.add(event.id);
        if (event.is_queued) fail('queueLeft', `event ${event.key} is settled and still waits for its turn`);
        for (const other of events.slice(0, place)) {
          const isInLine =
            other.subject === event.subject &&
            other.state === 'pending' &&
            other.attempts === 0 &&
            other.retry_at === null;
          if (isInLine && !other.is_queued && seenAs(other.id) < loadedBefore(event.subject))
            fail('order', `event ${event.key} was taken before ${other.key}, which happened earlier and was there`);
        }
      }
      for (const [number, { program }] of flows.entries()) {
        const { contactPolicy = 'parallel', maxActiveRuns } = program.document.settings ?? {};
        const mine = active.filter((row) => row.flow_id === flowIds[number]);
        const places = mine.filter((row) => row.is_limited).reduce((sum, { amount }) => sum + amount, 0);
        if (maxActiveRuns !== undefined && places > maxActiveRuns)
          fail('startedTooMany', `flow ${number} may have ${maxActiveRuns} runs and has ${places}`);
        if (contactPolicy !== 'parallel' && mine.some((row) => row.contact_id !== null && row.amount > 1))
          fail('startedTooMany', `flow ${number} has several runs for one person`);
      }
    },
  };
}
