/** What must be true when nothing is left to do. */
import { isJsonObject, type RunSnapshot } from '@heddle/schemas';
import type { Store } from './model/store.ts';
import type { RunRow } from './model/tables.ts';

/** Notes a broken promise: a stable name, and what happened to what. */
export type Fail = (rule: string, message: string) => void;

/** Every accepted event has ended, says why when nothing came of it, and led to one run at most. */
export function checkEvents(store: Store, acceptedKeys: ReadonlyMap<string, number>, fail: Fail): void {
  const seen = new Set<string>();
  const runsByKey = new Map<string, number>();
  for (const { id, event, state, reason, runIds } of store.events.values()) {
    seen.add(event.key);
    if (state === 'pending') fail('eventLost', `event ${id} (${event.kind}) was never taken`);
    if ((state === 'ignored' || state === 'failed') && !reason)
      fail('noReason', `event ${id} is "${state}" and does not say why`);
    for (const runId of runIds)
      if (!store.runs.has(runId)) fail('runLost', `event ${id} names the run ${runId}, which is not stored`);
  }
  for (const key of acceptedKeys.keys()) if (!seen.has(key)) fail('eventLost', `the event with key ${key} is gone`);
  for (const run of store.runs.values()) {
    if (run.eventId === null) continue;
    const event = store.events.get(run.eventId);
    const key = event?.event.key ?? '';
    runsByKey.set(key, (runsByKey.get(key) ?? 0) + 1);
    if (event?.runIds.includes(run.id) !== true)
      fail('events', `run ${run.id} was started by event ${run.eventId}, which does not know it`);
  }
  for (const [key, count] of runsByKey)
    if (count > 1) fail('startedTwice', `the event with key ${key} started ${count} runs`);
}

/** Every run has ended, no wait is left, and no subject is still held. */
export function checkRuns(store: Store, fail: Fail): void {
  for (const run of store.runs.values()) {
    if (run.status === 'running' || run.status === 'waiting')
      fail('runLost', `run ${run.id} is "${run.status}" and nothing will ever wake it`);
  }
  for (const wait of store.waits.values()) fail('waitLeft', `a wait of ${wait.runId} at ${wait.node} is left`);
  for (const subject of store.subjects.values())
    if (subject.leaseUntilMs !== null) fail('leaseLeft', `${subject.key} is still held`);
  for (const { eventId, flow } of store.queued.values())
    fail('queueLeft', `the start of flow ${flow} by event ${eventId} still waits for its turn`);
}

/** Of each list, the items that were begun are the first ones, each in one run; the run above knows the end of each. */
export function checkChildren(store: Store, fail: Fail): void {
  const lists = Map.groupBy(
    [...store.runs.values()].filter(({ parent }) => parent !== null),
    ({ parent }) => `${parent?.runId}/${parent?.position}`,
  );
  for (const [list, children] of lists) {
    const indexes = children.map(({ parent }) => parent?.index ?? -1).toSorted((a, b) => a - b);
    if (indexes.some((index, place) => index !== place))
      fail('itemLost', `${list} has runs for the items ${indexes.join(', ')}`);
    const [first] = children;
    const above = store.runs.get(first?.parent?.runId ?? '');
    if (above === undefined || first?.parent == null) {
      fail('runLost', `the run above of ${list} is gone`);
      continue;
    }
    for (const child of children)
      if (!child.isReported) fail('childLost', `nobody told ${above.id} that ${child.id} has ended`);
    checkLoop(store, above, first.parent.node, list, children, fail);
  }
}

/** What the loop put out is what its runs say. Only for a node that was visited once, as the output is that of the last visit. */
function checkLoop(
  store: Store,
  above: RunRow,
  node: string,
  list: string,
  children: readonly RunRow[],
  fail: Fail,
): void {
  const snapshot = JSON.parse(above.snapshot) as RunSnapshot;
  const output = snapshot.outputs[node]?.output;
  if (
    output === undefined ||
    !isJsonObject(output) ||
    typeof output['total'] !== 'number' ||
    output['isBroken'] === true
  )
    return;
  const lists = new Set<string>();
  for (const { parent } of store.runs.values())
    if (parent?.runId === above.id && parent.node === node) lists.add(parent.position);
  if (lists.size > 1) return;
  const { total, succeeded, failed } = output;
  const well = children.filter(({ status }) => status === 'succeeded').length;
  if (children.length !== total || well !== succeeded || children.length - well !== failed)
    fail(
      'itemLost',
      `${list} says ${JSON.stringify({ total, succeeded, failed })}; there are ${children.length} runs, ${well} went well`,
    );
}

/** No tick of a schedule comes twice. */
export function checkTicks(store: Store, fail: Fail): void {
  const ticks = new Set<string>();
  for (const { event, target } of store.events.values()) {
    if (event.kind !== 'core/schedule') continue;
    const tick = `${target?.flow}/${target?.node}/${event.occurredAtMs}`;
    if (ticks.has(tick)) fail('tickTwice', `the tick ${tick} came twice`);
    ticks.add(tick);
  }
}

/** What the outbox says is what happened at the platform. */
export function checkSends(
  store: Store,
  effects: ReadonlyMap<string, readonly string[]>,
  unclear: ReadonlySet<string>,
  fail: Fail,
): void {
  for (const [name, row] of store.outbox) {
    const count = effects.get(name)?.length ?? 0;
    if (row.state === 'sending') fail('sendLeft', `${name} is still "sending"`);
    if (row.state === 'sent' && count !== 1) fail('sentWrongly', `${name} is "sent", but had ${count} effects`);
    if ((row.state === 'failed' || row.state === 'refused' || row.state === 'planned') && count !== 0) {
      fail('failedWrongly', `${name} is "${row.state}", but had ${count} effects`);
    }
    if (row.state === 'unknown' && !unclear.has(name)) fail('unknown', `${name} is "unknown" without need`);
  }
}
