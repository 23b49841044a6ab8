import { FlowError } from '@heddle/schemas';
import { sql } from 'kysely';
import { newId, type Tx } from '../database/index.ts';
import { draftColumns } from '../flows/flow-row.ts';
import { publishFlow } from '../flows/publish-flow.ts';
import type { Deps } from '../http/deps.ts';

const TEMPLATE = 'publish-post';
const EVENT = 'publishing/post-due';
/** Slot of the template's account. */
const SLOT = 'shop';

/**
 * Makes sure that a live flow publishes the posts of an account: any flow of the workspace that listens will do; else the shipped template
 * becomes a flow of the workspace, published, to be opened and changed like any other. A flow of ours that somebody paused stays paused.
 *
 * @param memberId Who the flow is published by. @throws FlowError `FLOW_NOT_PUBLISHED` when the flow is paused; `NOT_FOUND`.
 */
export async function ensurePublishingFlow(
  deps: Deps,
  workspaceId: string,
  connectionId: string,
  memberId: string,
): Promise<void> {
  await deps.database.withWorkspace(workspaceId, async (tx) => {
    if (await isListening(tx, connectionId)) return;
    // Two posts of one account at the same moment wait for each other here, so one flow is made.
    const account = await tx
      .selectFrom('heddle.connection')
      .select('username')
      .where('id', '=', connectionId)
      .forUpdate()
      .executeTakeFirst();
    if (account === undefined) throw new FlowError('NOT_FOUND', `There is no connection ${connectionId}.`);
    if (await isListening(tx, connectionId)) return;
    const known = await tx
      .selectFrom('heddle.publishing_flow as p')
      .innerJoin('heddle.flow as f', (join) =>
        join.onRef('f.workspace_id', '=', 'p.workspace_id').onRef('f.id', '=', 'p.flow_id'),
      )
      .select('f.name')
      .where('p.connection_id', '=', connectionId)
      .where('f.deleted_at', 'is', null)
      .executeTakeFirst();
    if (known !== undefined) {
      throw new FlowError(
        'FLOW_NOT_PUBLISHED',
        `The flow "${known.name}" publishes the posts of @${account.username} and is not live for it. Open it, make it live, then try again.`,
      );
    }
    await makeFlow(tx, deps, { workspaceId, connectionId, memberId, username: account.username });
  });
}

async function isListening(tx: Tx, connectionId: string): Promise<boolean> {
  const { rows } =
    await sql`select from heddle.trigger_subscription where kind = ${EVENT} and connection_id = ${connectionId}::uuid limit 1`.execute(
      tx,
    );
  return rows.length > 0;
}

async function makeFlow(
  tx: Tx,
  deps: Deps,
  {
    workspaceId,
    connectionId,
    memberId,
    username,
  }: { workspaceId: string; connectionId: string; memberId: string; username: string },
): Promise<void> {
  const template = deps.templates.find((item) => item.id === TEMPLATE);
  if (template === undefined) throw new TypeError(`The template "${TEMPLATE}" is not shipped`);
  const { template: _gallery, ...document } = template.document;
  const id = newId();
  const now = new Date(deps.clock.nowMs());
  const draft = { ...document, name: `Publish posts of @${username}` };
  await tx
    .insertInto('heddle.flow')
    .values({
      workspace_id: workspaceId,
      id,
      ...draftColumns(deps, draft),
      state: 'draft',
      draft_revision: 1,
      created_at: now,
      updated_at: now,
    })
    .execute();
  await tx
    .insertInto('heddle.flow_binding')
    .values({ workspace_id: workspaceId, flow_id: id, slot: SLOT, connection_id: connectionId })
    .execute();
  const caller = { kind: 'session', memberId, workspaceId, role: 'owner' } as const;
  // The tests of a template are run with the template.
  await publishFlow(tx, deps, caller, id, { note: 'Made for the first post of this account', evenIfTestsFail: true });
  await tx
    .insertInto('heddle.publishing_flow')
    .values({ workspace_id: workspaceId, connection_id: connectionId, flow_id: id })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'connection_id']).doUpdateSet({ flow_id: id }))
    .execute();
}
