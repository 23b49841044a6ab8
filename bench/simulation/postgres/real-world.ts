import type pg from 'pg';
import type { Instance } from './gate.ts';
import { newId, type Database } from '../../../server/src/database/index.ts';
import type { Runtime } from '../../../server/src/runtime/runtime.ts';
import type { LiveFlow } from '../host/live-run.ts';

/** Where a seed happens: a workspace of its own with a connected account. */
export interface Workspace {
  readonly id: string;
  readonly connectionId: string;
}

export async function createWorkspace(owner: pg.Pool): Promise<Workspace> {
  const id = newId();
  const connectionId = newId();
  await owner.query(`insert into heddle.workspace (id, name) values ($1, 'Simulation')`, [id]);
  await owner.query(
    `insert into heddle.connection (workspace_id, id, platform, external_id, username, name, status, is_sandbox, is_default, granted_scopes)
     values ($1, $2::uuid, 'instagram', $2::uuid::text, 'shop', 'Shop', 'connected', true, true, '{}')`,
    [id, connectionId],
  );
  return { id, connectionId };
}

/** Publishes the flows of a seed under their names. @returns Their ids, by number. */
export async function publishFlows(
  owner: pg.Pool,
  database: Database,
  runtime: Runtime,
  { id, connectionId }: Workspace,
  flows: readonly LiveFlow[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const { name, program, priority } of flows) {
    const flowId = newId();
    const { document } = program;
    const json = JSON.stringify({ ...document, name, settings: { ...document.settings, priority: 50 + priority } });
    await owner.query(
      `insert into heddle.flow (workspace_id, id, name, state, draft, draft_revision, published_revision, published_version, triggers)
       values ($1, $2, $3, 'live', $4::jsonb, 1, 1, 1, '{}')`,
      [id, flowId, name, json],
    );
    await owner.query(
      `insert into heddle.flow_version (workspace_id, flow_id, version, document, published_by, note) values ($1, $2, 1, $3::jsonb, 'simulation', '')`,
      [id, flowId, json],
    );
    await owner.query(
      `insert into heddle.flow_binding (workspace_id, flow_id, slot, connection_id) values ($1, $2, 'shop', $3)`,
      [id, flowId, connectionId],
    );
    await database.withWorkspace(id, (tx) => runtime.syncTriggers(tx, id, flowId));
    ids.push(flowId);
  }
  return ids;
}

/** Switches every schedule off: what has begun goes on. */
export async function stopSchedules(owner: pg.Pool, { id }: Workspace): Promise<void> {
  await owner.query('update heddle.trigger_subscription set next_tick_at = null where workspace_id = $1', [id]);
}

/** When the database will have something to do next, by its clock, or null. */
export async function nextDueAtMs(owner: pg.Pool, { id }: Workspace): Promise<number | null> {
  const { rows } = await owner.query<{ at_ms: number | null }>(
    `select floor(extract(epoch from least(
       (select min(greatest(ready_at, coalesce(lease_until, ready_at))) from heddle.subject where workspace_id = $1 and ready_at is not null),
       (select min(next_tick_at) from heddle.trigger_subscription where workspace_id = $1),
       (select min(o.sending_at) + interval '121 s' from heddle.outbox o join heddle.run r on r.workspace_id = o.workspace_id and r.id = o.run_id
         where o.workspace_id = $1 and o.state = 'sending' and r.status not in ('running', 'waiting'))
     )) * 1000)::float8 as at_ms`,
    [id],
  );
  return rows[0]?.at_ms ?? null;
}

/** Kept so that a dead process and its successor are two. */
export function createInstance(name: string): Instance {
  return { name, isAlive: true, frozenUntilMs: 0 };
}
