import { snapshotBytes } from '@heddle/engine';
import { FlowError, type ErrorRecord, type JsonValue, type RunSnapshot, type RunStatus } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';
import { toJsonb } from '../database/jsonb.ts';
import { wakeSubject } from '../runtime/mailbox/mailbox.ts';

interface FailedRun {
  readonly status: RunStatus;
  readonly error: ErrorRecord | null;
  readonly snapshot: RunSnapshot;
  readonly subject: string;
  readonly parent_run_id: string | null;
}

/**
 * Lets a failed run go on from the node that failed, with the same input and visit: what was sent under a key before is not sent again.
 *
 * @throws FlowError `NOT_FOUND`, `RUN_NOT_RETRYABLE` (not failed, a message of unknown outcome, or a failure of no single node).
 */
export async function retryRun(tx: Tx, workspaceId: string, runId: string, nowMs: number): Promise<void> {
  const { rows } =
    await sql<FailedRun>`select status, error, snapshot, subject, parent_run_id from heddle.run where id = ${runId} for update`.execute(
      tx,
    );
  const [run] = rows;
  if (run === undefined) throw new FlowError('NOT_FOUND', 'There is no such run.');
  if (run.status !== 'failed')
    throw new FlowError('RUN_NOT_RETRYABLE', `The run is ${run.status}; only a failed one can be retried.`);
  if (run.parent_run_id !== null)
    throw new FlowError(
      'RUN_NOT_RETRYABLE',
      'The run is a part of another one, which has gone on without it. Retry that one.',
    );
  const { rows: uncertain } =
    await sql`select id from heddle.outbox where run_id = ${runId} and state in ('unknown', 'sending')`.execute(tx);
  if (uncertain.length > 0)
    throw new FlowError(
      'RUN_NOT_RETRYABLE',
      `${uncertain.length} message(s) of the run have an unknown outcome. Settle them first.`,
    );
  const { rows: sentBelow } = await sql`
    with recursive below as (
      select id from heddle.run where parent_run_id = ${runId}
      union all select r.id from heddle.run r join below b on r.parent_run_id = b.id
    )
    select 1 from heddle.outbox o join below b on o.run_id = b.id where o.state in ('sent', 'sending', 'unknown') limit 1`.execute(
    tx,
  );
  if (sentBelow.length > 0)
    throw new FlowError(
      'RUN_NOT_RETRYABLE',
      'Runs that this run started have sent something; starting them again would send it twice.',
    );
  const node = run.error?.details?.['node'];
  const { rows: nodeRuns } = await sql<{ node: string; visit: number; input: JsonValue }>`
    select node, visit, input from heddle.node_run
    where run_id = ${runId} and status = 'failed' and node = ${typeof node === 'string' ? node : ''} order by id desc limit 1`.execute(
    tx,
  );
  const [failed] = nodeRuns;
  if (failed === undefined)
    throw new FlowError('RUN_NOT_RETRYABLE', 'The run did not fail at a node, so there is nothing to go on from.');
  const { error: _settled, ...kept } = run.snapshot;
  const snapshot: RunSnapshot = {
    ...kept,
    status: 'running',
    positions: {
      [`p${kept.nextPosition}`]: {
        node: failed.node,
        visit: failed.visit,
        attempt: 1,
        state: 'running',
        input: failed.input,
      },
    },
    nextPosition: kept.nextPosition + 1,
  };
  await sql`
    update heddle.run set status = 'running', error = null, ended_at = null, snapshot_version = snapshot_version + 1,
      snapshot = ${toJsonb({ ...snapshot, bytes: snapshotBytes(snapshot) })}::jsonb where id = ${runId}`.execute(tx);
  await wakeSubject(tx, workspaceId, run.subject, nowMs);
}
