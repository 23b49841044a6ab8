import type { FlowDocument, Issue, JsonObject, JsonValue } from '@heddle/schemas';
import type { EdgeView, FlowView, NodeView } from '../compile/program.ts';
import type { DefinitionRegistry } from '../plugin/index.ts';
import type { LintFacts } from './facts.ts';

/** What a rule looks at. */
export interface LintContext {
  readonly document: FlowDocument;
  readonly view: FlowView;
  readonly registry: DefinitionRegistry;
  readonly facts: LintFacts;
  /** Edges that leave a node, in edge order. */
  readonly leaving: ReadonlyMap<string, readonly EdgeView[]>;
}

/** One rule: what it finds. Pure. */
export type LintRule = (context: LintContext) => Issue[];

export function createLintContext(
  document: FlowDocument,
  view: FlowView,
  registry: DefinitionRegistry,
  facts: LintFacts,
): LintContext {
  return { document, view, registry, facts, leaving: Map.groupBy(view.edges, (edge) => edge.source) };
}

/** A warning about a node. */
export function warnAt(node: NodeView, code: string, message: string, fix?: Issue['fix']): Issue {
  return {
    code,
    severity: 'warning',
    node: node.id,
    path: `/nodes/${node.id}`,
    message,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Nodes that run: of a known type and not switched off. */
export function activeNodes({ view }: LintContext): NodeView[] {
  return [...view.nodes.values()].filter((node) => node.definition !== undefined && !node.isDisabled);
}

/** The config as it stands in the document. Differs from the view's when it was made for an older version of the node type. */
export function writtenConfig({ document }: LintContext, node: string): JsonObject {
  return document.nodes[node]?.config ?? {};
}

/** Nodes that can come after a node, itself included only through a circle. */
export function nodesAfter({ leaving }: LintContext, start: string): Set<string> {
  const found = new Set<string>();
  const queue = [start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const { edge } of leaving.get(id) ?? []) {
      if (found.has(edge.to)) continue;
      found.add(edge.to);
      queue.push(edge.to);
    }
  }
  return found;
}

/** Texts anywhere in a value, with their JSON pointers. */
export function textsIn(value: JsonValue | undefined, path = ''): { path: string; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, `${path}/${escapeKey(key)}`));
}

function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
