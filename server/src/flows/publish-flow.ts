import { withoutPins } from '@heddle/engine';
import { runFlowTests } from '@heddle/engine/test-kit';
import { describeIssues, FlowError, type FlowDocument, type Issue } from '@heddle/schemas';
import { newId, type Tx } from '../database/index.ts';
import type { Caller } from '../http/caller.ts';
import type { Deps } from '../http/deps.ts';
import { bindEmptySlots } from './bindings.ts';
import { lockFlow, type FlowRow } from './flow-row.ts';
import { draftIssues } from './flow-view.ts';
import { ensureHooks } from './hooks.ts';

/** A deleted flow can be brought back this long. */
const RESTORE_MS = 30 * 86_400_000;

/** What a caller may say about what is published. */
export interface PublishOptions {
  readonly note?: string;
  /** The draft that the caller has looked at. */
  readonly draftRevision?: number;
  readonly evenIfTestsFail?: boolean;
}

/**
 * Freezes the draft as the next version and makes it live, without its pinned outputs. A draft that is published already only goes
 * live again, so that of two who publish at once one makes the version and both have it.
 *
 * @throws FlowError `FLOW_INVALID` with all errors of the draft; `FLOW_SLOT_EMPTY` naming the accounts to choose; `FLOW_TESTS_FAILED`
 * with the cases that fail; `FLOW_DRAFT_CONFLICT` when the draft is not the one that the caller looked at.
 */
export async function publishFlow(
  tx: Tx,
  deps: Deps,
  caller: Caller,
  id: string,
  options: PublishOptions,
): Promise<FlowRow> {
  const flow = await lockFlow(tx, id);
  const { draftRevision, note = '', evenIfTestsFail = false } = options;
  if (draftRevision !== undefined && draftRevision !== flow.draft_revision)
    throw new FlowError(
      'FLOW_DRAFT_CONFLICT',
      `The draft has revision ${flow.draft_revision}; you were about to publish ${draftRevision}.`,
    );
  if (flow.published_version !== null && flow.published_revision === flow.draft_revision)
    return flow.state === 'live' ? flow : setFlowState(tx, deps, caller, id, 'live');
  // A required input without a value is only a warning while editing.
  const errors = (await draftIssues(tx, deps, flow)).filter(
    (issue) => issue.severity === 'error' || issue.code === 'input.notFilled',
  );
  if (errors.length > 0) throw new FlowError('FLOW_INVALID', describeIssues(errors), { issues: errors });
  if (flow.triggers.length === 0)
    throw new FlowError('FLOW_INVALID', 'The flow has no trigger, so nothing would ever start it. Add one.');
  const bindings = await bindEmptySlots(tx, flow);
  await checkSlots(tx, deps, flow.draft, bindings.connections);
  if (!evenIfTestsFail) await checkTests(deps, flow.draft);
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
      document: JSON.stringify(withoutPins(flow.draft)),
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

/** Every test case of the flow passes. */
async function checkTests(deps: Deps, draft: FlowDocument): Promise<void> {
  const results = await runFlowTests(draft, deps.registry);
  const issues = results.flatMap(({ name, failures }, index) =>
    failures.map((failure): Issue => ({
      code: 'test.failed',
      severity: 'error',
      message: `“${name}”: ${failure}`,
      path: `/tests/${index}`,
    })),
  );
  if (issues.length === 0) return;
  const failed = results.filter(({ passed }) => !passed);
  const names = failed.map(({ name }) => `“${name}”`).join(', ');
  throw new FlowError('FLOW_TESTS_FAILED', `${failed.length} of ${results.length} test cases fail: ${names}.`, {
    issues,
  });
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
