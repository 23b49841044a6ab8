import { describeIssues, FlowError, type FlowDocument } from '@heddle/schemas';
import { newId, type Tx } from '../database/index.ts';
import type { Caller } from '../http/caller.ts';
import type { Deps } from '../http/deps.ts';
import { bindEmptySlots } from './bindings.ts';
import { lockFlow, type FlowRow } from './flow-row.ts';
import { draftIssues } from './flow-view.ts';
import { ensureHooks } from './hooks.ts';

/** A deleted flow can be brought back this long. */
const RESTORE_MS = 30 * 86_400_000;

/**
 * Freezes the draft as the next version and makes it live.
 *
 * @throws FlowError `FLOW_INVALID` with all errors of the draft; `FLOW_SLOT_EMPTY` naming the accounts to choose.
 */
export async function publishFlow(tx: Tx, deps: Deps, caller: Caller, id: string, note: string): Promise<FlowRow> {
  const flow = await lockFlow(tx, id);
  // A required input without a value is only a warning while editing.
  const errors = (await draftIssues(tx, deps, flow)).filter(
    (issue) => issue.severity === 'error' || issue.code === 'input.notFilled',
  );
  if (errors.length > 0) throw new FlowError('FLOW_INVALID', describeIssues(errors), { issues: errors });
  if (flow.triggers.length === 0)
    throw new FlowError('FLOW_INVALID', 'The flow has no trigger, so nothing would ever start it. Add one.');
  const bindings = await bindEmptySlots(tx, flow);
  await checkSlots(tx, deps, flow.draft, bindings.connections);
  const now = new Date(deps.clock.nowMs());
  const newest = await tx
    .selectFrom('heddle.flow_version')
    .select((eb) => eb.fn.max('version').as('version'))
    .where('flow_id', '=', id)
    .executeTakeFirst();
  const version = (newest?.version ?? 0) + 1;
  await tx
    .insertInto('heddle.flow_version')
    .values({
      workspace_id: caller.workspaceId,
      flow_id: id,
      version,
      document: JSON.stringify(flow.draft),
      published_by: caller.memberId,
      published_at: now,
      note,
    })
    .execute();
  const published = await tx
    .updateTable('heddle.flow')
    .set({ state: 'live', published_version: version, published_revision: flow.draft_revision, updated_at: now })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await ensureHooks(tx, deps, published, flow.draft);
  await afterStateChange(tx, deps, caller, published, 'flow.published', { version });
  return published;
}

/** Pauses or resumes. @throws FlowError `FLOW_NOT_PUBLISHED` when there is no version to start. */
export async function setFlowState(
  tx: Tx,
  deps: Deps,
  caller: Caller,
  id: string,
  state: 'live' | 'paused',
): Promise<FlowRow> {
  const flow = await lockFlow(tx, id);
  if (flow.published_version === null) throw new FlowError('FLOW_NOT_PUBLISHED', `"${flow.name}" was never published.`);
  const changed = await tx
    .updateTable('heddle.flow')
    .set({ state, updated_at: new Date(deps.clock.nowMs()) })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await afterStateChange(tx, deps, caller, changed, state === 'live' ? 'flow.resumed' : 'flow.paused', {});
  return changed;
}

/** Puts a flow away, or brings it back. It comes back paused, so that nothing starts unasked. @throws FlowError `NOT_FOUND`. */
export async function setFlowDeleted(
  tx: Tx,
  deps: Deps,
  caller: Caller,
  id: string,
  isDeleted: boolean,
): Promise<FlowRow> {
  const now = new Date(deps.clock.nowMs());
  const changed = await tx
    .updateTable('heddle.flow')
    .set((eb) => ({
      deleted_at: isDeleted ? now : null,
      state: eb
        .case()
        .when('published_version', 'is', null)
        .then('draft' as const)
        .else('paused' as const)
        .end(),
      updated_at: now,
    }))
    .where('id', '=', id)
    .where((eb) =>
      isDeleted ? eb('deleted_at', 'is', null) : eb('deleted_at', '>', new Date(now.getTime() - RESTORE_MS)),
    )
    .returningAll()
    .executeTakeFirst();
  if (changed === undefined)
    throw new FlowError('NOT_FOUND', isDeleted ? `There is no flow ${id}.` : `There is no deleted flow ${id}.`);
  await afterStateChange(tx, deps, caller, changed, isDeleted ? 'flow.deleted' : 'flow.restored', {});
  return changed;
}

/** Makes the triggers listen as the flow's state says, in the same transaction, and notes who did it. */
async function afterStateChange(
  tx: Tx,
  deps: Deps,
  caller: Caller,
  flow: FlowRow,
  action: string,
  detail: { version?: number },
): Promise<void> {
  await deps.runtime.syncTriggers(tx, flow.workspace_id, flow.id);
  await tx
    .insertInto('heddle.audit')
    .values({
      workspace_id: flow.workspace_id,
      id: newId(),
      at: new Date(deps.clock.nowMs()),
      member_id: caller.memberId,
      action,
      subject_id: flow.id,
      detail: JSON.stringify({ name: flow.name, ...detail }),
    })
    .execute();
}

/** Every slot that a node uses has an account that can be used. */
async function checkSlots(
  tx: Tx,
  deps: Deps,
  document: FlowDocument,
  bound: Readonly<Record<string, string | null>>,
): Promise<void> {
  const usable = await tx
    .selectFrom('heddle.connection')
    .select('id')
    .where('disconnected_at', 'is', null)
    .where('token_sealed', 'is not', null)
    .execute();
  const empty = usedSlots(deps, document).filter((slot) => !usable.some((connection) => connection.id === bound[slot]));
  if (empty.length === 0) return;
  const names = empty.map((slot) => `"${document.connections?.[slot]?.label ?? slot}"`).join(', ');
  throw new FlowError('FLOW_SLOT_EMPTY', `No connected account is chosen for ${names}.`);
}

function usedSlots(deps: Deps, document: FlowDocument): string[] {
  const values = Object.values(document.nodes).flatMap((node) =>
    (deps.registry.find(node.type)?.connections ?? []).map((need) => node.config[need.field]),
  );
  return [
    ...new Set(values.flatMap((value) => (typeof value === 'string' && value.startsWith('@') ? [value.slice(1)] : []))),
  ];
}
