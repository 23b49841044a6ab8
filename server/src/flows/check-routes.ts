import { exportFlow, toDefinitionData } from '@heddle/engine';
import { runFlowTests } from '@heddle/engine/test-kit';
import { FlowDocumentSchema, migrateFlowToLatest, validatorOf } from '@heddle/schemas';
import { api } from '@heddle/schemas/api';
import { endpoint, type Route } from '../http/endpoint.ts';
import { readFlowStats } from '../runs/flow-numbers.ts';
import { createFlow } from './create-flow.ts';
import { getFlow } from './flow-row.ts';
import { draftIssues } from './flow-view.ts';
import { listOptions } from './list-options.ts';
import { startByHand } from './start-by-hand.ts';
import { toTestResult } from './to-test-result.ts';

/** Operations that look at a flow, try it, or carry it in and out. */
export const checkRoutes: readonly Route[] = [
  endpoint(api.flows.lint, async ({ params, caller, deps }) => {
    const issues = await deps.database.withWorkspace(caller.workspaceId, async (tx) =>
      draftIssues(tx, deps, await getFlow(tx, params.id)),
    );
    return { issues };
  }),

  endpoint(api.flows.test, async ({ params, caller, deps }) => {
    const flow = await deps.database.withWorkspace(caller.workspaceId, (tx) => getFlow(tx, params.id));
    return { results: (await runFlowTests(flow.draft, deps.registry)).map(toTestResult) };
  }),

  endpoint(api.flows.export, async ({ params, caller, deps }) => {
    const flow = await deps.database.withWorkspace(caller.workspaceId, (tx) => getFlow(tx, params.id));
    return exportFlow(flow.draft);
  }),

  endpoint(api.flows.import, ({ body, caller, deps }) =>
    createFlow(deps, caller, validatorOf(FlowDocumentSchema).parse(migrateFlowToLatest(body), 'FLOW_INVALID')),
  ),

  endpoint(api.flows.run, async ({ params, body, caller, deps }) => ({
    eventId: await startByHand(deps, caller, params.id, body),
  })),

  endpoint(api.flows.stats, ({ params, query, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      await getFlow(tx, params.id);
      return { nodes: await readFlowStats(tx, params.id, query.days ?? 7, deps.clock.nowMs()) };
    }),
  ),

  endpoint(api.flows.options, async ({ params, body, caller, deps }) => ({
    items: await listOptions(deps, caller.workspaceId, params.id, body),
  })),
  endpoint(api.flows.nodeTypes, async ({ deps }) => ({ items: deps.registry.all().map(toDefinitionData) })),
  endpoint(api.flows.templates, async ({ deps }) => ({ items: [...deps.templates] })),
];
