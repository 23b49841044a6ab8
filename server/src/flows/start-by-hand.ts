import { FlowError, type FlowDocument, type JsonObject } from '@heddle/schemas';
import { sql } from 'kysely';
import { newId, type Tx } from '../database/index.ts';
import type { Caller } from '../http/caller.ts';
import type { Deps } from '../http/deps.ts';
import type { IngestItem } from '../runtime/ingest/ingest.ts';
import { getFlow, getVersion } from './flow-row.ts';

const MANUAL_EVENT = 'core/manual';

/**
 * Starts the published version by a manual trigger, as an event like any other.
 *
 * @returns The id of the event. @throws FlowError `FLOW_NOT_PUBLISHED`, `REQUEST_INVALID` when there is no such trigger or several, `NOT_FOUND`.
 */
export async function startByHand(
  deps: Deps,
  caller: Caller,
  flowId: string,
  wanted: { node?: string; data?: JsonObject; contactId?: string },
): Promise<string> {
  const { node, contact } = await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
    const flow = await getFlow(tx, flowId);
    if (flow.published_version === null)
      throw new FlowError('FLOW_NOT_PUBLISHED', `"${flow.name}" was never published.`);
    if (flow.state !== 'live') throw new FlowError('FLOW_NOT_PUBLISHED', `"${flow.name}" is paused.`);
    const { document } = await getVersion(tx, flowId, flow.published_version);
    return {
      node: chooseTrigger(deps, document, wanted.node),
      contact: wanted.contactId === undefined ? undefined : await getContact(tx, wanted.contactId),
    };
  });
  const item: IngestItem = {
    platform: contact?.platform ?? 'core',
    connectionId: contact?.connection_id ?? null,
    target: { flowId, node },
    event: {
      kind: MANUAL_EVENT,
      key: newId(),
      occurredAtMs: deps.clock.nowMs(),
      data: wanted.data ?? {},
      ...(contact === undefined ? {} : { contact: { platformId: contact.platform_id } }),
    },
  };
  const [eventId] = await deps.runtime.ingest.accept(caller.workspaceId, [item]);
  if (eventId === null || eventId === undefined) throw new TypeError('A fresh event key was taken for a duplicate');
  return eventId;
}

function chooseTrigger(deps: Deps, document: FlowDocument, wanted: string | undefined): string {
  const manual = Object.entries(document.nodes)
    .filter(([, node]) => node.isDisabled !== true && deps.registry.find(node.type)?.events.includes(MANUAL_EVENT))
    .map(([id]) => id);
  const [only] = manual;
  if (wanted !== undefined) {
    if (manual.includes(wanted)) return wanted;
    throw new FlowError('REQUEST_INVALID', `The published version has no manual trigger "${wanted}".`);
  }
  if (only === undefined) throw new FlowError('REQUEST_INVALID', 'The published version has no manual trigger.');
  if (manual.length > 1)
    throw new FlowError('REQUEST_INVALID', `The flow has several manual triggers; name one of: ${manual.join(', ')}.`);
  return only;
}

async function getContact(
  tx: Tx,
  id: string,
): Promise<{ platform: string; platform_id: string; connection_id: string }> {
  const { rows } = await sql<{ platform: string; platform_id: string; connection_id: string }>`
    select platform, platform_id, connection_id from heddle.contact where id = ${id}::uuid`.execute(tx);
  const [contact] = rows;
  if (contact === undefined) throw new FlowError('NOT_FOUND', `There is no contact ${id}.`);
  return contact;
}
