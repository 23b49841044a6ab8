import { FlowError, type EventState } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';
import { wakeSubject } from '../runtime/mailbox/mailbox.ts';

/** Puts a failed or ignored event back into its mailbox, as new. @throws FlowError `NOT_FOUND`, `EVENT_NOT_REPLAYABLE`. */
export async function replayEvent(tx: Tx, workspaceId: string, eventId: string, nowMs: number): Promise<void> {
  const { rows } = await sql<{
    state: EventState;
    subject: string;
  }>`select state, subject from heddle.inbound_event where id = ${eventId} for update`.execute(tx);
  const [event] = rows;
  if (event === undefined) throw new FlowError('NOT_FOUND', 'There is no such event.');
  if (event.state !== 'failed' && event.state !== 'ignored')
    throw new FlowError(
      'EVENT_NOT_REPLAYABLE',
      `The event is ${event.state}; only failed or ignored events can be replayed.`,
    );
  await sql`update heddle.inbound_event set state = 'pending', reason = null, skipped = '[]', attempts = 0, retry_at = null where id = ${eventId}`.execute(
    tx,
  );
  await wakeSubject(tx, workspaceId, event.subject, nowMs);
}
