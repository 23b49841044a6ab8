import { snapshotBytes } from '@heddle/engine';
import { FlowError, type ErrorRecord, type JsonValue, type RunSnapshot, type RunStatus } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';
import { toJsonb } from '../runtime/jsonb.ts';
import { wakeSubject } from '../runtime/mailbox/mailbox.ts';

interface FailedRun {
  readonly status: RunStatus;
  readonly error: ErrorRecord | null;
  readonly snapshot: RunSnapshot;
  readonly subject: string;
}

/**
 * Lets a failed run go on from the node that failed, with the same input and visit: what was sent under a key before is not sent again.
 *
 * @throws FlowError `NOT_FOUND`, `RUN_NOT_RETRYABLE` (not failed, a message of unknown outcome, or a failure of no single node).
 */
export async function retryRun(tx: Tx, workspaceId: string, runId: string, nowMs: number): Promise<void> {
  const { rows } =
    await sql<FailedRun>`select status, error, snapshot, subject from heddle.run where id = ${runId} for update`.execute(
      tx,
    );
  const [run] = rows;
  if (run === undefined) throw new FlowError('NOT_FOUND', 'There is no such run.');
  if (run.status !== 'failed')
    throw new FlowError('RUN_NOT_RETRYABLE', `The run is ${run.status}; only a failed one can be retried.`);
  const { rows: uncertain } =
    await sql`select id from heddle.outbox where run_id = ${runId} and state in ('unknown', 'sending')`.execute(tx);
  if (uncertain.length > 0)
    throw new FlowError(
      'RUN_NOT_RETRYABLE',
      `${uncertain.length} message(s) of the run have an unknown outcome. Settle them first.`,
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
