import type { RunSnapshot } from '@heddle/schemas';
import { isActive } from '../model/end-runs.ts';
import type { ContactRow, EventRow, RunRow } from '../model/tables.ts';
import type { Claim } from '../model/store.ts';
import { personOf } from '../world/people.ts';
import type { LiveRun } from './live-run.ts';
import type { World } from './world.ts';

export interface LoadedTurn {
  readonly contact: ContactRow | null;
  readonly runs: LiveRun[];
  readonly events: readonly EventRow[];
  readonly queuedIds: Set<string>;
  readonly nextEventAtMs: number | null;
  readonly hasMore: boolean;
  readonly loadedEvents: number;
  readonly ended: readonly RunRow[];
}

/** Events taken into memory at once; the server takes 100. Few, so that several loads in one turn are common here. */
const MAX_EVENTS = 4;

/** What a subject's turn is about, as one transaction: pending events in order, runs that have not ended, the person. */
export function loadTurn(world: World, { subject }: Claim, nowMs: number): LoadedTurn {
  const { store } = world;
  const pending = [...store.events.values()]
    .filter((row) => row.subject === subject && row.state === 'pending')
    .toSorted((a, b) => a.event.occurredAtMs - b.event.occurredAtMs || (a.id < b.id ? -1 : 1));
  // Starts that wait and events that are put off stay in the mailbox. The server loads more than there ever are of them; here they must not
  // keep the load from reaching what comes after them.
  const putOff = pending.filter(({ id, retryAtMs }) => store.queued.has(id) || (retryAtMs ?? 0) > nowMs).length;
  const most = MAX_EVENTS + putOff;
  const stored = pending.slice(0, most);
  const later = stored.flatMap(({ retryAtMs }) => (retryAtMs !== null && retryAtMs > nowMs ? [retryAtMs] : []));
  const runs = [...store.runs.values()].filter((row) => row.subject === subject && isActive(row));
  const parents = new Set(runs.filter((row) => waitsForChildren(world, row.id)).map(({ id }) => id));
  return {
    contact: findContact(world, subject),
    events: stored.filter(({ retryAtMs }) => retryAtMs === null || retryAtMs <= nowMs).map((row) => ({ ...row })),
    queuedIds: new Set(stored.flatMap(({ id }) => (store.queued.has(id) ? [id] : []))),
    nextEventAtMs: later.length === 0 ? null : Math.min(...later),
    hasMore: stored.length === most && later.length < stored.length,
    loadedEvents: store.events.size,
    runs: runs.map((row) => toLiveRun(world, row)),
    ended: [...store.runs.values()]
      .filter(
        (row) => row.parent !== null && parents.has(row.parent.runId) && !row.isReported && row.endedAtMs !== null,
      )
      .toSorted((a, b) => (a.endedAtMs ?? 0) - (b.endedAtMs ?? 0))
      .map((row) => ({ ...row })),
  };
}

function waitsForChildren({ store }: World, runId: string): boolean {
  for (const wait of store.waits.values()) if (wait.runId === runId && wait.spec.kind === 'children') return true;
  return false;
}

function findContact({ store }: World, subject: string): ContactRow | null {
  const platformId = personOf(subject);
  if (platformId === null) return null;
  let contact = store.contacts.get(subject);
  if (contact === undefined) {
    contact = {
      id: store.newId('c'),
      platformId,
      tags: [],
      fields: {},
      lastInboundAtMs: null,
      isOptedOut: false,
    };
    store.contacts.set(subject, contact);
  }
  return { ...contact };
}

function toLiveRun({ store, flows }: World, row: RunRow): LiveRun {
  const flow = flows[row.flow];
  if (flow === undefined) throw new Error(`There is no flow ${row.flow}`);
  const waits = [...store.waits.values()]
    .filter(({ runId }) => runId === row.id)
    .toSorted((a, b) => a.createdAtMs - b.createdAtMs);
  return {
    id: row.id,
    flow,
    contactId: row.contactId,
    eventId: row.eventId,
    eventAtMs: row.eventAtMs,
    triggerNode: row.triggerNode,
    startedAtMs: row.startedAtMs,
    inputs: row.inputs,
    subject: row.subject,
    parent: row.parent,
    maxActive: null,
    isLimited: row.isLimited,
    // What `advance` wrote went through JSON.
    snapshot: JSON.parse(row.snapshot) as RunSnapshot,
    storedVersion: row.version,
    endedAtMs: null,
    result: null,
    isReported: false,
    waits: new Map(waits.map((wait) => [wait.position, wait])),
  };
}
