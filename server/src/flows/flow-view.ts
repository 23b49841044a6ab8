import { validateFlow } from '@heddle/engine';
import type { Issue } from '@heddle/schemas';
import type { FlowSummary, FlowView } from '@heddle/schemas/api';
import type { Tx } from '../database/index.ts';
import type { Deps } from '../http/deps.ts';
import { readRecentCounts } from '../runs/flow-numbers.ts';
import { readBindings } from './bindings.ts';
import type { FlowRow, FlowSummaryRow } from './flow-row.ts';
import { hookUrls } from './hooks.ts';

const NOTHING_YET: FlowSummary['recent'] = { runs: 0, failed: 0, waiting: 0, sent: 0 };

/** A flow as the list shows it. */
export function toFlowSummary(flow: FlowSummaryRow, recent: FlowSummary['recent'] = NOTHING_YET): FlowSummary {
  return {
    id: flow.id,
    name: flow.name,
    state: flow.state,
    publishedVersion: flow.published_version,
    hasUnpublishedChanges: hasUnpublishedChanges(flow),
    triggers: flow.triggers,
    recent,
    createdAt: flow.created_at.toISOString(),
    updatedAt: flow.updated_at.toISOString(),
  };
}

/** A flow with everything the editor needs to open it. */
export async function toFlowView(tx: Tx, deps: Deps, flow: FlowRow): Promise<FlowView> {
  const recent = await readRecentCounts(tx, [flow.id], deps.clock.nowMs());
  return {
    ...toFlowSummary(flow, recent.get(flow.id)),
    draft: flow.draft,
    draftRevision: flow.draft_revision,
    bindings: await readBindings(tx, flow),
    issues: draftIssues(deps, flow),
    webhookUrls: await hookUrls(tx, deps, flow),
  };
}

/** Everything wrong or doubtful in the draft. */
export function draftIssues(deps: Deps, flow: FlowRow): Issue[] {
  return validateFlow(flow.draft, deps.registry, { inputs: flow.inputs });
}

export function hasUnpublishedChanges(flow: FlowSummaryRow): boolean {
  return flow.published_revision !== flow.draft_revision;
}
