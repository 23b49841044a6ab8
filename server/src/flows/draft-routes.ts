import { applyOperations } from '@heddle/engine';
import { FlowError } from '@heddle/schemas';
import { api } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { endpoint, type Route } from '../http/endpoint.ts';
import { readRecentCounts } from '../runs/flow-numbers.ts';
import { bindEmptySlots, writeBindings } from './bindings.ts';
import { createFlow, emptyFlow } from './create-flow.ts';
import { getFlow, lockFlow, saveDraft, SUMMARY_COLUMNS } from './flow-row.ts';
import { draftIssues, hasUnpublishedChanges, toFlowSummary, toFlowView } from './flow-view.ts';
import { parseCursor, toCursor } from './list-cursor.ts';
import { setFlowDeleted } from './publish-flow.ts';

/** Operations on flows and their drafts. */
export const draftRoutes: readonly Route[] = [
  endpoint(api.flows.list, ({ query, caller, deps }) => {
    const limit = query.limit ?? 50;
    return deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      let select = tx.selectFrom('heddle.flow').select(SUMMARY_COLUMNS).where('deleted_at', 'is', null);
      if (query.state !== undefined) select = select.where('state', '=', query.state);
      if (query.search !== undefined)
        select = select.where('name', 'ilike', `%${query.search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
      if (query.cursor !== undefined) {
        const { at, id } = parseCursor(query.cursor);
        select = select.where(sql<boolean>`(updated_at, id) < (${at}, ${id}::uuid)`);
      }
      const rows = await select
        .orderBy('updated_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      const page = rows.slice(0, limit);
      const recent = await readRecentCounts(
        tx,
        page.map((row) => row.id),
        deps.clock.nowMs(),
      );
      const last = page.at(-1);
      return {
        items: page.map((row) => toFlowSummary(row, recent.get(row.id))),
        nextCursor: rows.length > limit && last !== undefined ? toCursor({ at: last.updated_at, id: last.id }) : null,
      };
    });
  }),

  endpoint(api.flows.create, ({ body, caller, deps }) => {
    if (body.templateId === undefined) return createFlow(deps, caller, emptyFlow(body.name ?? 'New flow'));
    const template = deps.templates.find((item) => item.id === body.templateId);
    if (template === undefined) throw new FlowError('NOT_FOUND', `There is no template "${body.templateId}".`);
    // The gallery's words are about the template, not about the flow made from it.
    const { template: _gallery, ...document } = template.document;
    return createFlow(deps, caller, { ...document, name: body.name ?? document.name });
  }),

  endpoint(api.flows.get, ({ params, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) => toFlowView(tx, deps, await getFlow(tx, params.id))),
  ),

  endpoint(api.flows.change, async ({ params, body, caller, deps }) => {
    const answer = await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const flow = await lockFlow(tx, params.id);
      if (flow.draft_revision !== body.baseRevision) {
        throw new FlowError(
          'FLOW_DRAFT_CONFLICT',
          `The draft has revision ${flow.draft_revision}; your change is for ${body.baseRevision}.`,
        );
      }
      const changed = await saveDraft(tx, deps, flow, applyOperations(flow.draft, body.operations).document);
      const bindings = await bindEmptySlots(tx, changed);
      return {
        draftRevision: changed.draft_revision,
        issues: await draftIssues(tx, deps, changed),
        hasUnpublishedChanges: hasUnpublishedChanges(changed),
        bindings,
      };
    });
    deps.live.publish(caller.workspaceId, [{ kind: 'flow', id: params.id, draftRevision: answer.draftRevision }]);
    return answer;
  }),

  endpoint(api.flows.bind, async ({ params, body, caller, deps }) => {
    const view = await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const bound = await writeBindings(tx, await lockFlow(tx, params.id), body);
      await deps.runtime.syncTriggers(tx, caller.workspaceId, params.id);
      return toFlowView(tx, deps, bound);
    });
    deps.live.publish(caller.workspaceId, [{ kind: 'flow', id: view.id, draftRevision: view.draftRevision }]);
    return view;
  }),

  endpoint(api.flows.remove, async ({ params, caller, deps }) => {
    const flow = await deps.database.withWorkspace(caller.workspaceId, (tx) =>
      setFlowDeleted(tx, deps, caller, params.id, true),
    );
    deps.live.publish(caller.workspaceId, [{ kind: 'flow', id: flow.id, draftRevision: flow.draft_revision }]);
    return {};
  }),

  endpoint(api.flows.restore, ({ params, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) =>
      toFlowView(tx, deps, await setFlowDeleted(tx, deps, caller, params.id, false)),
    ),
  ),

  endpoint(api.flows.duplicate, async ({ params, caller, deps }) => {
    const flow = await deps.database.withWorkspace(caller.workspaceId, (tx) => getFlow(tx, params.id));
    return createFlow(deps, caller, { ...flow.draft, name: `${flow.draft.name.slice(0, 110)} (copy)` }, flow.inputs);
  }),
];
