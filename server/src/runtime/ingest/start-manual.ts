import { FlowError, type JsonObject } from '@heddle/schemas';
import { sql } from 'kysely';
import { newId, type Database } from '../../database/index.ts';
import type { Clock } from '../clock.ts';
import type { Ingest, IngestItem } from './ingest.ts';

export interface ManualStart {
  readonly workspaceId: string;
  readonly flowId: string;
  /** The manual trigger; left out: the only one, or the first by name. */
  readonly node?: string | undefined;
  readonly data?: JsonObject | undefined;
  /** Whom the run is about. */
  readonly contactId?: string | undefined;
}

/**
 * Starts the published version of a flow by its manual trigger.
 *
 * @returns The id of the event; the run follows. @throws FlowError `FLOW_NOT_PUBLISHED` when the flow has no live manual trigger (of that
 * name); `NOT_FOUND` when the contact is not there.
 */
export async function startManual(
  deps: { database: Database; clock: Clock; ingest: Pick<Ingest, 'accept'> },
  start: ManualStart,
): Promise<string> {
  const { workspaceId, flowId } = start;
  const { node, contact } = await deps.database.withWorkspace(workspaceId, async (tx) => {
    const { rows: triggers } = await sql<{ node: string }>`
      select node from heddle.trigger_subscription
      where flow_id = ${flowId} and kind = 'core/manual' and (${start.node ?? null}::text is null or node = ${start.node ?? null}) order by node limit 1`.execute(
      tx,
    );
    const { rows: contacts } = await sql<{ platform: string; platform_id: string; connection_id: string }>`
      select platform, platform_id, connection_id from heddle.contact where id = ${start.contactId ?? null}::uuid`.execute(
      tx,
    );
    return { node: triggers[0]?.node, contact: contacts[0] };
  });
  if (node === undefined)
    throw new FlowError('FLOW_NOT_PUBLISHED', 'The flow is not live, or has no manual trigger of that name.');
  if (start.contactId !== undefined && contact === undefined)
    throw new FlowError('NOT_FOUND', 'There is no such contact.');
  const item: IngestItem = {
    event: {
      kind: 'core/manual',
      key: `start:${newId()}`,
      occurredAtMs: deps.clock.nowMs(),
      data: start.data ?? {},
      ...(contact === undefined ? {} : { contact: { platformId: contact.platform_id } }),
    },
    platform: contact?.platform ?? 'core',
    connectionId: contact?.connection_id ?? null,
    target: { flowId, node },
  };
  const [eventId] = await deps.ingest.accept(workspaceId, [item]);
  if (eventId === undefined || eventId === null) throw new FlowError('UNAVAILABLE', 'The start was not stored.');
  return eventId;
}
