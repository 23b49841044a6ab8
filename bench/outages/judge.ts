import type { LedgerEntry } from '../../nodes/src/instagram/sandbox/index.ts';
import { exactly, type Goal } from '../support/goal.ts';
import type { LoadRecord } from './steady-load.ts';
import { ask, type Comment, type Shop } from './shop.ts';

export interface Judgement {
  readonly goals: readonly Goal[];
  readonly unknown: number;
  readonly ledger: readonly LedgerEntry[];
}

/**
 * Compares what the platform was told with what it saw: each accepted comment has one event, one finished run and one reply. A reply whose end
 * nobody saw (`unknown`) may be missing; it is counted.
 */
export async function judge(
  shop: Shop,
  comments: readonly Comment[],
  load: LoadRecord,
  label: string,
): Promise<Judgement> {
  const ids = new Set(comments.map(({ id }) => id));
  const accepted = comments.filter(({ id }) => load.acceptedAtMs.has(id));
  const ledger = (await shop.ledger()).filter(
    (entry) => entry.kind === 'comment-reply' && ids.has(entry.commentId ?? ''),
  );
  const replies = new Map<string, number>();
  for (const { commentId } of ledger) if (commentId !== null) replies.set(commentId, (replies.get(commentId) ?? 0) + 1);
  const events = await ask<{ key: string; state: string; runs: number; open: number; unknown: number }>(
    shop.databaseUrl,
    `select e.data ->> 'commentId' as key, e.state, count(distinct r.id)::int as runs,
       (count(distinct r.id) filter (where r.status in ('running', 'waiting')))::int as open,
       (count(o.id) filter (where o.state = 'unknown'))::int as unknown
     from heddle.inbound_event e
     left join heddle.run r on r.workspace_id = e.workspace_id and r.event_id = e.id
     left join heddle.outbox o on o.workspace_id = r.workspace_id and o.run_id = r.id
     where e.kind = 'instagram/comment' group by e.id, e.data, e.state`,
  );
  const rows = events.filter(({ key }) => ids.has(key));
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const unknown = rows.filter((row) => row.unknown > 0).length;
  const isSilent = ({ id }: Comment): boolean => !replies.has(id) && byKey.get(id)?.unknown === 0;
  return {
    unknown,
    ledger,
    goals: [
      exactly(
        `${label}: answered with 200 without a stored event`,
        accepted.filter(({ id }) => !byKey.has(id)).length,
        0,
      ),
      exactly(`${label}: comments stored twice`, rows.length - byKey.size, 0),
      exactly(`${label}: events without exactly one run`, rows.filter((row) => row.runs !== 1).length, 0),
      exactly(`${label}: runs that did not end`, rows.filter((row) => row.open > 0).length, 0),
      exactly(`${label}: lost (accepted, no reply, and not "unknown")`, accepted.filter(isSilent).length, 0),
      exactly(`${label}: replied to twice`, [...replies.values()].filter((count) => count > 1).length, 0),
    ],
  };
}
