import type { EventState, JsonObject, RunStatus } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';
import type { PostRow } from './post-row.ts';
import type { PostFacts } from './settle-post.ts';

/** The newest publish call of a run, as the outbox has it. */
export interface PublishCall {
  readonly id: string;
  readonly state: NonNullable<PostFacts['call']>['state'];
  readonly platformId: string | null;
  readonly reason: string | null;
  readonly action: JsonObject;
  readonly sendingAtMs: number | null;
}

/** The run that an event started; an event of a post starts one at most. */
export async function findRun(
  tx: Tx,
  eventId: string,
): Promise<{ id: string; flowId: string; status: RunStatus; error: string | null } | null> {
  const { rows } = await sql<{ id: string; flow_id: string; status: RunStatus; error: { message?: string } | null }>`
    select id, flow_id, status, error from heddle.run where event_id = ${eventId}::uuid order by id desc limit 1`.execute(
    tx,
  );
  const row = rows[0];
  return row === undefined
    ? null
    : { id: row.id, flowId: row.flow_id, status: row.status, error: row.error?.message ?? null };
}

export async function findPublishCall(tx: Tx, runId: string): Promise<PublishCall | null> {
  const { rows } = await sql<{
    id: string;
    state: PublishCall['state'];
    platform_id: string | null;
    reason: string | null;
    action: JsonObject;
    sending_at: Date | null;
  }>`
    select id, state, platform_id, reason, action, sending_at from heddle.outbox
    where run_id = ${runId}::uuid and kind = 'publishContainer'
    -- One that may have had an effect counts before a later one that had none.
    order by state in ('sent', 'sending', 'unknown') desc, id desc limit 1`.execute(tx);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    id: row.id,
    state: row.state,
    platformId: row.platform_id,
    reason: row.reason,
    action: row.action,
    sendingAtMs: row.sending_at?.getTime() ?? null,
  };
}

/** What is known about a post on its way. */
export async function readFacts(tx: Tx, post: PostRow): Promise<PostFacts & { call: PublishCall | null }> {
  if (post.event_id === null) return { status: post.status, event: null, run: null, call: null };
  const { rows } = await sql<{ state: EventState; reason: string | null }>`
    select state, reason from heddle.inbound_event where id = ${post.event_id}::uuid`.execute(tx);
  const run = await findRun(tx, post.event_id);
  return {
    status: post.status,
    event: rows[0] ?? null,
    run,
    call: run === null ? null : await findPublishCall(tx, run.id),
  };
}
