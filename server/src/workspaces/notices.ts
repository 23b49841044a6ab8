import type { DefinitionRegistry } from '@heddle/engine';
import type { JsonObject } from '@heddle/schemas';
import type { Attention, NoticeView } from '@heddle/schemas/api';
import { sql, type RawBuilder } from 'kysely';
import { contactRefSql, type ContactRef } from '../contacts/contact-ref.ts';
import type { Tx } from '../database/index.ts';
import { summariseEvent } from '../events/summarise-event.ts';
import { readNodeTitles } from '../runs/node-titles.ts';

/** Older notices are not shown any more, read or not. */
const SHOWN_MS = 90 * 86_400_000;
/** Where counting ends: nobody needs to know whether it is 340 or 350. */
const COUNT_TO = 100;
/** How many of each kind are looked through to count or mark them: those beyond are older than anybody scrolls. */
const LOOK_AT = 1_000;

interface NoticeRow {
  readonly id: string;
  readonly topic: NoticeView['topic'];
  readonly text: string | null;
  readonly summary: string | null;
  readonly flow_id: string | null;
  readonly flow_name: string | null;
  readonly run_id: string | null;
  readonly node: string | null;
  readonly connection_id: string | null;
  readonly contact: ContactRef | null;
  readonly at: Date;
  readonly event_kind: string | null;
  readonly event_data: JsonObject | null;
  readonly is_read: boolean;
}

/** Notices newest first: stored notes, and what is a notice by its state. Each kind is read by an index, `limit` rows at most. */
function noticesSql(nowMs: number, before: string | null, limit: number): RawBuilder<unknown> {
  const oldest = new Date(nowMs - SHOWN_MS);
  const isShown = (id: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`${id} >= heddle.first_id_at(${oldest}) and (${before}::uuid is null or ${id} < ${before}::uuid)`;
  return sql`
    (select n.id, n.topic, n.text, null as summary, n.flow_id, n.run_id, n.node, n.connection_id, null::uuid as contact_id, n.created_at as at,
       null as event_kind, null::jsonb as event_data
     from heddle.member_notice n where ${isShown(sql`n.id`)} order by n.id desc limit ${limit})
    union all
    (select o.id, 'send', o.reason, o.summary, o.flow_id, o.run_id, o.node, o.connection_id, o.contact_id, coalesce(o.sending_at, o.created_at), null, null
     from heddle.outbox o where o.state = 'unknown' and ${isShown(sql`o.id`)} order by o.id desc limit ${limit})
    union all
    (select e.id, 'event', e.reason, null, e.flow_id, null, e.node, e.connection_id, e.contact_id, e.received_at, e.kind, e.data
     from heddle.inbound_event e where e.state = 'failed' and ${isShown(sql`e.id`)} order by e.id desc limit ${limit})`;
}

/** A page of notices, and whether this member has seen them. */
export async function readNotices(
  tx: Tx,
  registry: DefinitionRegistry,
  options: { memberId: string; nowMs: number; before: string | null; limit: number },
): Promise<NoticeView[]> {
  const { memberId, nowMs, before, limit } = options;
  const { rows } = await sql<NoticeRow>`
    select n.id, n.topic, n.text, n.summary, n.flow_id, f.name as flow_name, n.run_id, n.node, n.connection_id, ${contactRefSql} as contact, n.at,
      n.event_kind, n.event_data, exists (select from heddle.notice_read r where r.member_id = ${memberId} and r.notice_id = n.id) as is_read
    from (${noticesSql(nowMs, before, limit)}) n
    left join heddle.flow f on f.id = n.flow_id
    left join heddle.contact c on c.id = n.contact_id
    order by n.id desc limit ${limit}`.execute(tx);
  const titleOf = await readNodeTitles(
    tx,
    registry,
    rows.map((row) => ({ flowId: row.flow_id, node: row.node ?? '' })),
  );
  return rows.map((row) => ({
    id: row.id,
    topic: row.topic,
    text: row.text ?? '',
    summary:
      row.event_kind === null || row.event_data === null
        ? (row.summary ?? '')
        : summariseEvent({ kind: row.event_kind, data: row.event_data }),
    flowId: row.flow_id,
    flowName: row.flow_name ?? '',
    runId: row.run_id,
    nodeTitle: row.node === null || row.node === '' ? null : titleOf(row.flow_id, row.node),
    connectionId: row.connection_id,
    contact: row.contact,
    at: row.at.toISOString(),
    isRead: row.is_read,
  }));
}

/** Counts what waits for this member. */
export async function countAttention(tx: Tx, memberId: string, nowMs: number): Promise<Attention> {
  const { rows } = await sql<{ approvals: number; notices: number }>`
    select
      (select count(*)::int from (select from heddle.wait w where w.kind = 'approval' limit ${COUNT_TO}) a) as approvals,
      (select count(*)::int from (
         select from (${noticesSql(nowMs, null, LOOK_AT)}) n
         where not exists (select from heddle.notice_read r where r.member_id = ${memberId} and r.notice_id = n.id) limit ${COUNT_TO}) b) as notices`.execute(
    tx,
  );
  return rows[0] ?? { approvals: 0, notices: 0 };
}

/** Notes that a member has seen notices. @param ids Null for all of them. */
export async function markNoticesRead(
  tx: Tx,
  options: { workspaceId: string; memberId: string; nowMs: number; ids: readonly string[] | null },
): Promise<void> {
  const { workspaceId, memberId, nowMs, ids } = options;
  const now = new Date(nowMs);
  // In order, so that two pages that mark the same do not wait for each other crosswise.
  await sql`
    insert into heddle.notice_read (workspace_id, member_id, notice_id, read_at)
    select ${workspaceId}, ${memberId}, n.id, ${now} from (${noticesSql(nowMs, null, LOOK_AT)}) n
    where ${ids === null}::boolean or n.id = any (${[...(ids ?? [])]}::uuid[]) order by n.id
    on conflict do nothing`.execute(tx);
  await sql`delete from heddle.notice_read where member_id = ${memberId} and read_at < ${new Date(nowMs - SHOWN_MS)}`.execute(
    tx,
  );
}
