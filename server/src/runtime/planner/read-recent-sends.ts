import type { MessagingRules } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Turn } from '../turn/turn.ts';

const HOUR_MS = 3_600_000;

/**
 * When flows sent private messages to the contact of the turn, as far back as the caps look. What may have arrived counts. Asks the
 * database only when the workspace has caps; a contact's sends happen one after the other, so nothing is missed.
 *
 * @param exceptId The outbox row in question, which an earlier try may have left.
 * @returns Epoch ms, newest first, as many as the largest cap needs.
 */
export async function readRecentSends(
  turn: Turn,
  { caps = [] }: MessagingRules,
  exceptId: string,
): Promise<readonly number[]> {
  const { contact, claim, deps } = turn;
  if (contact === null || caps.length === 0) return [];
  const since = new Date(deps.clock.nowMs() - Math.max(...caps.map(({ periodHours }) => periodHours)) * HOUR_MS);
  const most = Math.max(...caps.map(({ messages }) => messages));
  const { rows } = await deps.database.withWorkspace(claim.workspaceId, (tx) =>
    sql<{ at: Date }>`
      select sending_at as at from heddle.outbox
      where workspace_id = ${claim.workspaceId} and contact_id = ${contact.id} and id <> ${exceptId} and kind in ('message', 'privateReply')
        and state in ('sending', 'sent', 'unknown') and sending_at > ${since}
      order by sending_at desc limit ${most}`.execute(tx),
  );
  return rows.map(({ at }) => at.getTime());
}
