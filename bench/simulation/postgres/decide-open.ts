import type pg from 'pg';
import { DECISION_KIND, type Runtime } from '../../../server/src/runtime/index.ts';
import type { Prng } from '../prng.ts';

interface OpenQuestion {
  readonly run_id: string;
  readonly position: string;
  readonly flow_id: string;
  readonly node: string;
  readonly subject: string;
  readonly created_at: Date;
}

/** A member decides a question that is open, as operation `runs.decide` does. @returns What was said, or null when nothing is open. */
export async function decideOpen(
  owner: pg.Pool,
  runtime: Runtime,
  workspaceId: string,
  random: Prng,
  nowMs: number,
): Promise<string | null> {
  const { rows } = await owner.query<OpenQuestion>(
    `select run_id, position, flow_id, node, subject, created_at from heddle.wait
     where workspace_id = $1 and kind = 'approval' order by run_id, position`,
    [workspaceId],
  );
  if (rows.length === 0) return null;
  const open = random.pick(rows);
  const decision = random.chance(0.5) ? 'approved' : 'rejected';
  const { run_id: runId, position } = open;
  const [id] = await runtime.ingest.accept(workspaceId, [
    {
      event: {
        kind: DECISION_KIND,
        key: `decision:${runId}:${position}:${open.created_at.getTime()}`,
        occurredAtMs: nowMs,
        data: { runId, position, decision, by: 'Ada' },
      },
      platform: 'core',
      connectionId: null,
      target: { flowId: open.flow_id, node: open.node },
      subject: open.subject,
    },
  ]);
  return `A member says "${decision}" to ${runId} at ${position}: ${id ?? 'somebody was quicker'}`;
}
