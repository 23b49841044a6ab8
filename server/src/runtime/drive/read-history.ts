import { sql } from 'kysely';
import type { Turn } from '../turn/turn.ts';

/** What the person and we wrote to each other, oldest first, at most `limit` messages. Includes the message that is being answered. */
export async function readHistory(turn: Turn, limit: number): Promise<{ role: 'user' | 'assistant'; text: string }[]> {
  const { contact, claim, deps } = turn;
  if (contact === null) return [];
  const most = Math.max(0, Math.min(200, Math.floor(limit)));
  const { workspaceId } = claim;
  const { rows } = await deps.database.withWorkspace(workspaceId, (tx) =>
    sql<{ role: 'user' | 'assistant'; text: string }>`
      select role, text from (
        (select 'user' as role, e.data ->> 'text' as text, e.occurred_at as at from heddle.inbound_event e
          where e.workspace_id = ${workspaceId} and e.contact_id = ${contact.id} and e.kind like '%/message' and e.data ->> 'text' <> ''
          order by e.id desc limit ${most})
        union all
        (select 'assistant', o.summary, coalesce(o.sending_at, o.created_at) from heddle.outbox o
          where o.workspace_id = ${workspaceId} and o.contact_id = ${contact.id} and o.state = 'sent' and o.kind in ('message', 'privateReply')
          order by o.id desc limit ${most})
      ) said order by at desc limit ${most}`.execute(tx),
  );
  return rows.toReversed();
}
