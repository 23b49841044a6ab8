import type { RunSnapshot } from '@heddle/schemas';
import type { ContactRow, EventRow } from '../model/tables.ts';
import type { Claim } from '../model/store.ts';
import { platformIdOf } from '../world/people.ts';
import type { LiveRun } from './live-run.ts';
import type { World } from './world.ts';

export interface LoadedTurn {
  readonly contact: ContactRow;
  readonly runs: LiveRun[];
  readonly events: readonly EventRow[];
  readonly nextEventAtMs: number | null;
  readonly hasMore: boolean;
  readonly loadedEvents: number;
}

/** Events taken into memory at once; the server takes 100. Few, so that several loads in one turn are common here. */
const MAX_EVENTS = 4;

/** What a subject's turn is about, as one transaction: pending events in order, runs that have not ended, the person. */
export function loadTurn({ store, flows }: World, { subject }: Claim, nowMs: number): LoadedTurn {
  const stored = [...store.events.values()]
    .filter((row) => row.subject === subject && row.state === 'pending')
    .toSorted((a, b) => a.event.occurredAtMs - b.event.occurredAtMs || (a.id < b.id ? -1 : 1))
    .slice(0, MAX_EVENTS);
  const later = stored.flatMap(({ retryAtMs }) => (retryAtMs !== null && retryAtMs > nowMs ? [retryAtMs] : []));
  let contact = store.contacts.get(subject);
  if (contact === undefined) {
    contact = {
      id: store.newId('c'),
      platformId: platformIdOf(subject),
      tags: [],
      fields: {},
      lastInboundAtMs: null,
      isOptedOut: false,
    };
    store.contacts.set(subject, contact);
  }
  const runs = [...store.runs.values()].filter(
    (row) => row.subject === subject && (row.status === 'running' || row.status === 'waiting'),
  );
  return {
    contact: { ...contact },
    events: stored.filter(({ retryAtMs }) => retryAtMs === null || retryAtMs <= nowMs).map((row) => ({ ...row })),
    nextEventAtMs: later.length === 0 ? null : Math.min(...later),
    hasMore: stored.length === MAX_EVENTS && later.length < stored.length,
    loadedEvents: store.events.size,
    runs: runs.map((row): LiveRun => {
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
        // What `advance` wrote went through JSON.
        snapshot: JSON.parse(row.snapshot) as RunSnapshot,
        storedVersion: row.version,
        endedAtMs: null,
        waits: new Map(waits.map((wait) => [wait.position, wait])),
      };
    }),
  };
}
