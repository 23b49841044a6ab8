import { DEFAULT_TAKEOVER_MINUTES, type InboundEvent } from '@heddle/schemas';
import { sql } from 'kysely';
import { noteTakeover } from './note-takeover.ts';
import type { Turn } from '../turn/turn.ts';

/** An echo belongs to a send that began at most this long before it. */
const ECHO_WINDOW_MS = 10 * 60_000;

/**
 * The platform echoes what was sent from the account. Settles a row of this contact whose outcome is unknown when the echo shows that it
 * arrived. What nobody here sent was written by a person of the team, who then has the conversation.
 *
 * @returns What to note on the event.
 */
export async function settleByEcho(turn: Turn, event: InboundEvent): Promise<string> {
  const { contact, claim, deps } = turn;
  const messageId = event.data['messageId'];
  if (contact === null || typeof messageId !== 'string') return 'An echo without a conversation.';
  // Somebody new must be there before something is noted about them.
  if (!contact.isStored) await turn.journal.flush();
  const { workspaceId } = claim;
  const nowMs = deps.clock.nowMs();
  const { takeoverMinutes = DEFAULT_TAKEOVER_MINUTES } = await deps.rules.get(workspaceId);
  return deps.database.withWorkspace(workspaceId, async (tx) => {
    const { rows: ours } = await sql`
      select id from heddle.outbox where workspace_id = ${workspaceId} and connection_id = ${contact.connectionId} and platform_id = ${messageId}`.execute(
      tx,
    );
    if (ours.length > 0) return 'The echo of a message of ours.';
    const text = event.data['text'];
    if (typeof text !== 'string') return noteTakeover(tx, turn, contact, event.occurredAtMs + takeoverMinutes * 60_000);
    const { rows: settled } = await sql`
      update heddle.outbox set state = 'sent', platform_id = ${messageId}, reason = 'The platform echoed it.', settled_at = ${new Date(nowMs)},
        receipt = jsonb_build_object('platformId', ${messageId}::text)
      where workspace_id = ${workspaceId} and id = (
        select id from heddle.outbox
        where workspace_id = ${workspaceId} and contact_id = ${contact.id} and state = 'unknown' and kind in ('message', 'privateReply') and summary = ${text}
          and sending_at between ${new Date(event.occurredAtMs - ECHO_WINDOW_MS)} and ${new Date(event.occurredAtMs + 60_000)}
        order by sending_at limit 1)
      returning id`.execute(tx);
    return settled.length > 0
      ? 'It showed that a message with unknown outcome arrived.'
      : noteTakeover(tx, turn, contact, event.occurredAtMs + takeoverMinutes * 60_000);
  });
}
