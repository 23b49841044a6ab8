/** Turns rows into what the engine's back-test takes. */
import type {
  PastSend,
  RecordedEvent,
  RecordedHistory,
  RecordedRead,
  RecordedSend,
  Rival,
} from '@heddle/engine/backtest';
import { isJsonObject, type ContactFacts, type ErrorRecord, type InboundEvent } from '@heddle/schemas';
import { readOptOut } from '../runtime/turn/opt-out.ts';
import { toContactFacts } from '../runtime/turn/turn-state.ts';
import type { BackTestRecords, ContactRow, EventRow, NodeRunRow, OutboxRow } from './back-test-records.ts';

/** What is known about the flow beside the records. */
export interface BackTestSetting {
  readonly flowId: string;
  /** The account of each slot of the draft. */
  readonly connections: Readonly<Record<string, string | null>>;
  readonly rivals: ReadonlyMap<string, Rival>;
  /** False: an answer that the draft would take is only played, not compared. */
  readonly isEveryKindCompared: boolean;
}

/** One history per person, and one per event that is nobody's. */
export function toHistories(records: BackTestRecords, setting: BackTestSetting): RecordedHistory[] {
  const groups = Map.groupBy(records.events, (event) => event.contact_id ?? `event ${event.id}`);
  const sends = sendsByEvent(records, setting.flowId);
  return [...groups].map(([key, events]) => {
    const contact = records.contacts.get(key) ?? null;
    const runIds = new Set(
      events.flatMap((event) => event.run_ids).filter((id) => records.runs.get(id)?.flow_id === setting.flowId),
    );
    const nodeRuns = records.nodeRuns.filter((row) => runIds.has(row.run_id));
    return {
      platform: contact?.platform ?? events[0]?.platform ?? 'core',
      contact: contact === null ? null : factsBefore(contact, events, nodeRuns),
      lastInboundAtMs: records.lastInboundMs.get(key) ?? null,
      events: events.map((event) => toRecordedEvent(event, records, setting, sends.get(event.id) ?? [])),
      reads: nodeRuns.map(toRead),
      sends: records.outbox.filter((row) => runIds.has(row.run_id)).map(toRecordedSend),
      answeredComments: records.answeredComments,
    };
  });
}

/** An event as triggers see it. */
export function toInboundEvent(row: EventRow): InboundEvent {
  return {
    kind: row.kind,
    key: row.key,
    occurredAtMs: row.occurred_at.getTime(),
    data: row.data,
    ...(row.contact === null ? {} : { contact: row.contact }),
  };
}

function toRecordedEvent(
  row: EventRow,
  { runs, compared, oldestId }: BackTestRecords,
  setting: BackTestSetting,
  sends: readonly PastSend[],
): RecordedEvent {
  const own = row.run_ids.flatMap((id) => {
    const run = runs.get(id);
    return run?.flow_id === setting.flowId ? [run] : [];
  });
  const slots = Object.entries(setting.connections).flatMap(([slot, id]) => (id === row.connection_id ? [slot] : []));
  return {
    id: row.id,
    event: toInboundEvent(row),
    takenAtMs: row.received_at.getTime(),
    slots: row.connection_id === null || row.flow_id !== null ? null : slots,
    targetNode: row.flow_id === null ? null : row.node,
    optOut: optOutOf(row),
    rival: setting.rivals.get(row.id) ?? null,
    seed: own.find((run) => run.event_id === row.id)?.seed ?? null,
    published: { fired: own.length > 0, sends },
    // Ids sort by time: what is older than all that is compared only tells what came before.
    compared: compared.has(row.id)
      ? 'always'
      : setting.isEveryKindCompared && row.id > oldestId
        ? 'whenFired'
        : 'never',
  };
}

/** What the event did to the contact: only words that were taken as such. */
function optOutOf(row: EventRow): 'out' | 'in' | null {
  if (row.state !== 'completed' || row.run_ids.length > 0 || !/\/(?:message|postback)$/u.test(row.kind)) return null;
  return readOptOut(toInboundEvent(row));
}

/** A send belongs to the last event that its run had heard when it was made. */
function sendsByEvent({ events, outbox }: BackTestRecords, flowId: string): Map<string, PastSend[]> {
  const heard = new Map<string, EventRow[]>();
  for (const event of events) for (const id of event.run_ids) heard.set(id, [...(heard.get(id) ?? []), event]);
  const sends = new Map<string, PastSend[]>();
  for (const row of outbox) {
    const all = heard.get(row.run_id) ?? [];
    const event = all.findLast((candidate) => candidate.received_at <= row.created_at) ?? all[0];
    if (event === undefined || (event.flow_id !== null && event.flow_id !== flowId)) continue;
    sends.set(event.id, [...(sends.get(event.id) ?? []), toPastSend(row)]);
  }
  return sends;
}

function toPastSend({ node, action, state, reason, error }: OutboxRow): PastSend {
  const outcome = state === 'refused' || state === 'failed' ? state : 'sent';
  const why = reason ?? error?.message;
  return { node, action, outcome, ...(outcome === 'sent' || why === undefined ? {} : { reason: why }) };
}

function toRecordedSend({ node, action, state, reason, error, receipt }: OutboxRow): RecordedSend {
  const lost: ErrorRecord | null =
    state === 'refused' || state === 'failed'
      ? (error ?? { code: 'SEND_REFUSED', message: reason ?? 'It was not sent.', retry: 'never' })
      : null;
  return { node, action, receipt, error: lost };
}

function toRead({ node, input, port, output, error }: NodeRunRow): RecordedRead {
  return { node, input, port, output, error };
}

/**
 * A person as they were before the first of these events, as far as that can be told: tags and fields that this flow set since are taken
 * back; what members or other flows changed since is not on record by time and stays as it is now.
 */
function factsBefore(row: ContactRow, events: readonly EventRow[], nodeRuns: readonly NodeRunRow[]): ContactFacts {
  const added = new Set<string>();
  const removed = new Set<string>();
  const fields = { ...row.fields };
  for (const { type, output } of nodeRuns) {
    if (!isJsonObject(output)) continue;
    if (type === 'contacts/tag') {
      for (const tag of textsOf(output['added'])) added.add(tag);
      for (const tag of textsOf(output['removed'])) removed.add(tag);
    }
    if (type === 'contacts/set-field' && typeof output['name'] === 'string') delete fields[output['name']];
  }
  const firstOptOut = events.map(optOutOf).find((change) => change !== null);
  return toContactFacts({
    id: row.id,
    connectionId: row.connection_id,
    platform: row.platform,
    platformId: row.platform_id,
    username: row.username,
    name: row.name,
    profile: row.profile,
    profileReadAtMs: null,
    tags: [...row.tags.filter((tag) => !added.has(tag)), ...[...removed].filter((tag) => !added.has(tag))],
    fields,
    lastInboundAtMs: null,
    isOptedOut: firstOptOut === undefined ? row.is_opted_out : firstOptOut === 'in',
    takenOverUntilMs: null,
    lastEventAtMs: null,
    isStored: true,
  });
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
