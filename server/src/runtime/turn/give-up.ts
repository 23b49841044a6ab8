import { FlowError, toErrorRecord, type Position } from '@heddle/schemas';
import { sql } from 'kysely';
import { newId, type Tx } from '../../database/index.ts';
import { toJsonb } from '../../database/jsonb.ts';
import { wakeSubject } from '../mailbox/mailbox.ts';
import { programOf, type Turn } from './turn.ts';
import type { LiveRun, PendingEvent } from './turn-state.ts';

/** An event that fails is tried again after 2 s, 10 s, 50 s, about 4 min, then set aside. */
const MAX_EVENT_ATTEMPTS = 5;
const EVENT_RETRY_BASE_MS = 2_000;

export async function recordEventFailure(turn: Turn, pending: PendingEvent, error: unknown): Promise<void> {
  const attempts = pending.attempts + 1;
  const isOver = attempts >= MAX_EVENT_ATTEMPTS;
  const retryAt = isOver ? null : new Date(turn.deps.clock.nowMs() + EVENT_RETRY_BASE_MS * 5 ** (attempts - 1));
  const { workspaceId } = turn.claim;
  await turn.deps.database.withWorkspace(workspaceId, async (tx) => {
    await sql`
      update heddle.inbound_event set attempts = ${attempts}, state = ${isOver ? 'failed' : 'pending'}, reason = ${toErrorRecord(error).message}, retry_at = ${retryAt},
        contact_id = ${turn.contact?.isStored === true ? turn.contact.id : null}
      where workspace_id = ${workspaceId} and id = ${pending.id} and state = 'pending'`.execute(tx);
    if (isOver) await leaveQueue(tx, turn, pending.id);
  });
}

/** A start that is given up does not stand in the way of those behind it. */
async function leaveQueue(tx: Tx, { claim: { workspaceId }, deps }: Turn, eventId: string): Promise<void> {
  const { rows } = await sql<{ flow_id: string }>`
    delete from heddle.queued_start where workspace_id = ${workspaceId} and event_id = ${eventId} returning flow_id`.execute(
    tx,
  );
  for (const { flow_id: flowId } of rows) {
    const next = await sql<{ subject: string }>`
      select subject from heddle.queued_start where workspace_id = ${workspaceId} and flow_id = ${flowId} order by queued_at, event_id limit 1`.execute(
      tx,
    );
    for (const { subject } of next.rows) await wakeSubject(tx, workspaceId, subject, deps.clock.nowMs());
  }
}

export async function failRun(turn: Turn, runId: string, error: unknown): Promise<void> {
  const { workspaceId } = turn.claim;
  const record = JSON.stringify(toErrorRecord(error));
  const endedAt = new Date(turn.deps.clock.nowMs());
  await turn.deps.database.withWorkspace(workspaceId, async (tx) => {
    await sql`
      update heddle.run set status = 'failed', error = ${record}::jsonb, ended_at = ${endedAt}, snapshot_version = snapshot_version + 1,
        snapshot = snapshot || jsonb_build_object('status', 'failed', 'positions', '{}'::jsonb, 'error', ${record}::jsonb)
      where workspace_id = ${workspaceId} and id = ${runId} and status in ('running', 'waiting')`.execute(tx);
    await sql`delete from heddle.wait where workspace_id = ${workspaceId} and run_id = ${runId}`.execute(tx);
    await sql`select heddle.after_run_ended(${workspaceId}, ${runId}, ${endedAt})`.execute(tx);
  });
}

/**
 * The subject killed several workers: the first thing it would do is not tried again; a person may. A turn goes on with what runs, then fires
 * what is due, then takes events, so the first of these is what stopped the server.
 */
export async function setAside(turn: Turn): Promise<void> {
  const suspect = findRunning(turn) ?? findDue(turn);
  const [first] = turn.events;
  const error = new FlowError(
    'NODE_CRASHED',
    `The server stopped ${turn.claim.crashes} times while this was running, so it was set aside.`,
    suspect === undefined ? {} : { details: { node: suspect.at.node } },
  );
  turn.log.error(
    { runId: suspect?.run.id, eventId: first?.id, crashes: turn.claim.crashes },
    'Set aside what stopped the server repeatedly',
  );
  if (suspect !== undefined) {
    await noteFailedNode(turn, suspect, error);
    await failRun(turn, suspect.run.id, error);
  } else if (first !== undefined) await recordEventFailure(turn, { ...first, attempts: MAX_EVENT_ATTEMPTS }, error);
}

/** A run, and the place in it that stopped the server. */
interface Suspect {
  readonly run: LiveRun;
  readonly at: Position;
}

function findRunning(turn: Turn): Suspect | undefined {
  for (const run of turn.runs) {
    const at = Object.values(run.snapshot.positions).find(({ state }) => state === 'running');
    if (run.snapshot.status === 'running' && at !== undefined) return { run, at };
  }
  return undefined;
}

function findDue(turn: Turn): Suspect | undefined {
  const nowMs = turn.deps.clock.nowMs();
  for (const run of turn.runs) {
    for (const { position, dueAtMs } of run.waits.values()) {
      const at = run.snapshot.positions[position];
      if (dueAtMs !== null && dueAtMs <= nowMs && at !== undefined) return { run, at };
    }
  }
  return undefined;
}

/** Shows on the canvas where the run was, and is what "retry" goes on from. */
async function noteFailedNode(turn: Turn, { run, at }: Suspect, error: FlowError): Promise<void> {
  const { workspaceId } = turn.claim;
  const time = new Date(turn.deps.clock.nowMs());
  // A version that does not compile any more has no types to tell.
  const program = await programOf(turn, run).catch(() => undefined);
  const type = program?.nodes.get(at.node)?.definition?.type ?? 'unknown';
  await turn.deps.database.withWorkspace(workspaceId, (tx) =>
    sql`
      insert into heddle.node_run (workspace_id, id, run_id, flow_id, node, type, visit, attempt, status, input, output, error, started_at, ended_at)
      values (${workspaceId}, ${newId()}, ${run.id}, ${run.flowId}, ${at.node}, ${type}, ${at.visit}, ${at.attempt}, 'failed',
        ${toJsonb(at.input)}::jsonb, 'null', ${toJsonb(toErrorRecord(error))}::jsonb, ${time}, ${time})`.execute(tx),
  );
}
