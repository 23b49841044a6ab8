import { inspectFlow } from '../compile/validate-flow.ts';
import type { DefinitionRegistry } from '../plugin/index.ts';
import type { LintFacts } from './facts.ts';
import { createLintContext } from './lint-context.ts';
import { DEFAULT_PRIORITY, findClashes } from './rules/keyword-clash.ts';

/** One of the flows that want the same events. */
export interface FlowInOrder {
  /** Null for the flow that is asked about. */
  readonly id: string | null;
  readonly name: string;
  readonly priority: number;
  /** Why it comes before or after the flow that is asked about; empty for that one. */
  readonly why: string;
}

/** The flows that want what one trigger wants; the first of them gets it. */
export interface OrderOfFlows {
  readonly node: string;
  readonly title: string;
  /** What they all start on, in words. */
  readonly events: string;
  readonly flows: readonly FlowInOrder[];
}

/**
 * Which flow gets an event that several want: first the higher priority, then the more exact trigger, then the one that is live longer.
 *
 * @returns One entry for each trigger of the flow that another live flow competes with; empty for a document that is no flow.
 */
export function orderOfFlows(document: unknown, registry: DefinitionRegistry, facts: LintFacts): OrderOfFlows[] {
  const { view } = inspectFlow(document, registry, facts);
  if (view === null) return [];
  const { settings, name } = view.document;
  const own: FlowInOrder = { id: null, name, priority: settings?.priority ?? DEFAULT_PRIORITY, why: '' };
  const clashes = findClashes(createLintContext(view.document, view, registry, facts));
  return [...Map.groupBy(clashes, ({ node }) => node)].map(([node, found]) => {
    const rivals = found.toSorted(
      (a, b) => b.flow.priority - a.flow.priority || a.flow.liveSinceMs - b.flow.liveSinceMs,
    );
    const side = (isBefore: boolean): FlowInOrder[] =>
      rivals
        .filter(({ wins }) => wins !== isBefore)
        .map(({ flow, why }) => ({ id: flow.id, name: flow.name, priority: flow.priority, why }));
    const events = [...new Set(found.map((clash) => clash.events))].join(', ');
    return { node: node.id, title: node.title, events, flows: [...side(true), own, ...side(false)] };
  });
}
