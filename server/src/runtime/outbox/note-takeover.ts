import { sql } from 'kysely';
import type { Tx } from '../../database/index.ts';
import type { Turn } from '../turn/turn.ts';
import type { LiveContact } from '../turn/turn-state.ts';

/**
 * A message went out from the account that no flow sent: a person of the team writes by hand (platforms.md: an echo whose id we did not
 * get). Flows then stay out of the conversation for the time that the workspace has set, from that message on. While a send of ours to the
 * person has an open end, the echo may be its own, so nothing is concluded.
 *
 * @param untilMs Until when, in epoch ms; past when the workspace wants no such pause.
 * @returns What to note on the event.
 */
export async function noteTakeover(tx: Tx, turn: Turn, contact: LiveContact, untilMs: number): Promise<string> {
  const { claim, deps } = turn;
  if (untilMs <= deps.clock.nowMs()) return 'A message that was sent outside of Heddle.';
  const { rows } = await sql`
    update heddle.contact c set taken_over_until = greatest(c.taken_over_until, ${new Date(untilMs)})
    where c.workspace_id = ${claim.workspaceId} and c.id = ${contact.id} and not exists (
      select from heddle.outbox o
      where o.workspace_id = ${claim.workspaceId} and o.contact_id = ${contact.id} and o.state in ('sending', 'unknown') and o.kind in ('message', 'privateReply'))
    returning id`.execute(tx);
  if (rows.length === 0)
    return 'A message that Heddle cannot place: one of its own to this person has an open end, which this may be.';
  contact.takenOverUntilMs = Math.max(contact.takenOverUntilMs ?? 0, untilMs);
  return `A person of the team wrote by hand, so flows stay out of the conversation until ${new Date(untilMs).toISOString()}.`;
}

/** Why flows do not answer the contact of this turn now, or null when they do. */
export function readTakeover({ contact, deps }: Turn): string | null {
  const untilMs = contact?.takenOverUntilMs ?? 0;
  return untilMs > deps.clock.nowMs()
    ? `A person of the team has taken over this conversation; flows stay out of it until ${new Date(untilMs).toISOString()}.`
    : null;
}
