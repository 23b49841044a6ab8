import { FlowError, type JsonObject } from '@heddle/schemas';
import type { ScanView, SyncMetrics } from '@heddle/schemas/api';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';

interface ScanRow {
  readonly id: string;
  readonly connection_id: string | null;
  readonly flow_id: string | null;
  readonly run_id: string | null;
  readonly status: ScanView['status'];
  readonly reason: string | null;
  readonly options: JsonObject;
  readonly account_posts: number | null;
  readonly listed: number;
  readonly is_listed: boolean;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly done: number;
  readonly reused: number;
  readonly drafts: number;
  readonly needs_review: number;
}

/** A scan whose run was never stored by then did not begin. */
const BEGIN_MS = 10 * 60_000;
/** Pace is judged after this many posts. */
const PACE_FROM = 3;

/** Ends scans whose run ended without saying so: it failed, was cancelled elsewhere, or its event started nothing. */
export async function settleScans(tx: Tx, nowMs: number): Promise<void> {
  const now = new Date(nowMs);
  await sql`
    update heddle.catalog_scan s
    set status = case r.status when 'failed' then 'failed' when 'succeeded' then 'done' else 'cancelled' end,
      reason = r.error ->> 'message', ended_at = coalesce(r.ended_at, ${now})
    from heddle.run r
    where s.status = 'running' and r.id = s.run_id and r.status in ('succeeded', 'failed', 'cancelled')`.execute(tx);
  await sql`
    update heddle.catalog_scan s set status = 'failed', reason = coalesce(e.reason, 'The flow did not start. Look at Events.'), ended_at = ${now}
    from heddle.inbound_event e
    where s.status = 'running' and s.run_id is null and e.id = s.event_id and e.state in ('ignored', 'failed')`.execute(
    tx,
  );
  await sql`
    update heddle.catalog_scan set status = 'failed', reason = 'The scan did not begin. Start it again.', ended_at = ${now}
    where status = 'running' and run_id is null and event_id is null and started_at < ${new Date(nowMs - BEGIN_MS)}`.execute(
    tx,
  );
}

/** Scans, newest first. */
export async function readScans(
  tx: Tx,
  wanted: { id?: string; runningOn?: string; before?: string; limit: number },
  nowMs: number,
): Promise<ScanView[]> {
  const { rows } = await sql<ScanRow>`
    select s.id, s.connection_id, s.flow_id, s.run_id, s.status, s.reason, s.options, s.account_posts, s.listed, s.is_listed, s.started_at, s.ended_at,
      count(*) filter (where i.state in ('extracted', 'saved'))::int as done, count(*) filter (where i.is_reused)::int as reused,
      count(*) filter (where i.state = 'saved')::int as drafts, count(*) filter (where i.needs_review)::int as needs_review
    from heddle.catalog_scan s left join heddle.catalog_scan_item i on i.workspace_id = s.workspace_id and i.scan_id = s.id
    where ${wanted.id === undefined ? sql`true` : sql`s.id = ${wanted.id}::uuid`}
      and ${wanted.runningOn === undefined ? sql`true` : sql`s.status = 'running' and s.connection_id = ${wanted.runningOn}::uuid`}
      and ${wanted.before === undefined ? sql`true` : sql`s.id < ${wanted.before}::uuid`}
    group by s.workspace_id, s.id order by s.id desc limit ${wanted.limit}`.execute(tx);
  return rows.map((row) => toScanView(row, nowMs));
}

/** @throws FlowError `NOT_FOUND`. */
export async function getScan(tx: Tx, id: string, nowMs: number): Promise<ScanView> {
  const [scan] = await readScans(tx, { id, limit: 1 }, nowMs);
  if (scan === undefined) throw new FlowError('NOT_FOUND', `There is no scan ${id}.`);
  return scan;
}

function toScanView(row: ScanRow, nowMs: number): ScanView {
  const limit = Number(row.options['limit'] ?? 200);
  const since = row.options['since'];
  const hasFilter = typeof since === 'string' && since !== '';
  // Until all is listed the account's own count is the best guess, which a filter makes too high to be shown.
  const total =
    row.is_listed || row.status !== 'running'
      ? row.listed
      : row.account_posts === null || hasFilter
        ? null
        : Math.max(row.listed, Math.min(limit, row.account_posts));
  const elapsedMs = nowMs - row.started_at.getTime();
  const etaSeconds =
    row.status !== 'running' || total === null || row.done < PACE_FROM
      ? null
      : Math.max(0, Math.ceil(((elapsedMs / row.done) * (total - row.done)) / 1000));
  return {
    id: row.id,
    connectionId: row.connection_id,
    flowId: row.flow_id,
    runId: row.run_id,
    status: row.status,
    reason: row.reason,
    limit,
    since: hasFilter ? since : null,
    progress: {
      total,
      listed: row.listed,
      done: row.done,
      reused: row.reused,
      drafts: row.drafts,
      needsReview: row.needs_review,
    },
    etaSeconds,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

/** How the sync did in the last 30 days. */
export async function readSyncMetrics(tx: Tx, nowMs: number): Promise<SyncMetrics> {
  const since = new Date(nowMs - 30 * 86_400_000);
  const { rows: scans } = await sql<{ all: number; done: number; failed: number }>`
    select count(*)::int as all, count(*) filter (where status = 'done')::int as done, count(*) filter (where status = 'failed')::int as failed
    from heddle.catalog_scan where started_at >= ${since}`.execute(tx);
  const { rows: drafts } = await sql<{ approved: number; decided: number; edited: number }>`
    select count(*) filter (where status = 'approved')::int as approved, count(*) filter (where status in ('approved', 'rejected'))::int as decided,
      count(*) filter (where status = 'approved' and is_edited)::int as edited
    from heddle.product_draft where created_at >= ${since}`.execute(tx);
  const [scan = { all: 0, done: 0, failed: 0 }] = scans;
  const [draft = { approved: 0, decided: 0, edited: 0 }] = drafts;
  const rate = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  return {
    scans: scan.all,
    successRate: rate(scan.done, scan.done + scan.failed),
    approvalRate: rate(draft.approved, draft.decided),
    editRate: rate(draft.edited, draft.approved),
  };
}
