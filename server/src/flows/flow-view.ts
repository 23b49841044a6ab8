import { lintFlow } from '@heddle/engine';
import type { Issue } from '@heddle/schemas';
import type { FlowBindings, FlowLintFacts, FlowSummary, FlowView } from '@heddle/schemas/api';
import type { Tx } from '../database/index.ts';
import type { Deps } from '../http/deps.ts';
import { readRecentCounts } from '../runs/flow-numbers.ts';
import { readBindings } from './bindings.ts';
import type { FlowRow, FlowSummaryRow } from './flow-row.ts';
import { hookUrls } from './hooks.ts';
import { readLintFacts } from './lint-facts.ts';

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
  const bindings = await readBindings(tx, flow);
  const lintFacts = await readLintFacts(tx, deps, flow);
  return {
    ...toFlowSummary(flow, recent.get(flow.id)),
    draft: flow.draft,
    draftRevision: flow.draft_revision,
    bindings,
    issues: lintDraft(deps, flow, bindings, lintFacts),
    lintFacts,
    webhookUrls: await hookUrls(tx, deps, flow),
  };
}

/** Everything wrong or doubtful in the draft, with the changes that settle it. */
export async function draftIssues(tx: Tx, deps: Deps, flow: FlowRow): Promise<Issue[]> {
  return lintDraft(deps, flow, await readBindings(tx, flow), await readLintFacts(tx, deps, flow));
}

/** The editor does the same in the browser, with the same facts. */
function lintDraft(deps: Deps, flow: FlowRow, bindings: FlowBindings, facts: FlowLintFacts): Issue[] {
  const bound = Object.entries(bindings.connections).filter((entry): entry is [string, string] => entry[1] !== null);
  return lintFlow(flow.draft, deps.registry, {
    ...facts,
    inputs: bindings.inputs,
    connections: Object.fromEntries(bound),
  });
}

export function hasUnpublishedChanges(flow: FlowSummaryRow): boolean {
  return flow.published_revision !== flow.draft_revision;
}
