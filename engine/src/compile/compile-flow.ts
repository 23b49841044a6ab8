import { FlowError, describeIssues, type JsonObject, type NodeDefinition } from '@heddle/schemas';
import type { DefinitionRegistry } from '../plugin/index.ts';
import type { CompiledFlow, CompiledNode, EdgeView, FlowView, NodeView } from './program.ts';
import { inspectFlow, type ValidateOptions } from './validate-flow.ts';

/**
 * Turns a flow document into a program: types looked up, configs migrated, templates parsed, ports joined. Do it once per version.
 *
 * @throws FlowError `FLOW_INVALID` with every error (and warning) of `validateFlow`.
 */
export function compileFlow(
  document: unknown,
  registry: DefinitionRegistry,
  options: ValidateOptions = {},
): CompiledFlow {
  const { view, issues } = inspectFlow(document, registry, options);
  const errors = issues.filter((issue) => issue.severity === 'error');
  if (view === null || errors.length > 0) throw new FlowError('FLOW_INVALID', describeIssues(errors), { issues });
  const edgesBySource = Map.groupBy(view.edges, (edge) => edge.source);
  const nodes = new Map<string, CompiledNode>();
  for (const node of view.nodes.values()) {
    // A node without definition is an error, so it cannot get here.
    if (node.definition !== undefined)
      nodes.set(node.id, compileNode(node, node.definition, edgesBySource.get(node.id) ?? [], view));
  }
  const triggers = [...nodes.values()].filter((node) => node.definition.role === 'trigger');
  return {
    program: {
      document: view.document,
      nodes,
      triggers,
      inputDefaults: inputDefaults(view),
      capabilities: new Set(options.capabilities),
    },
    warnings: issues,
  };
}

function compileNode(
  node: NodeView,
  definition: NodeDefinition,
  edges: readonly EdgeView[],
  view: FlowView,
): CompiledNode {
  const targets = new Map<string, readonly string[]>();
  for (const [port, leaving] of Map.groupBy(edges, (edge) => edge.port))
    targets.set(
      port,
      leaving.map((edge) => edge.edge.to),
    );
  return {
    id: node.id,
    title: node.title,
    definition,
    config: node.config,
    plan: node.plan,
    ports: new Set([...node.ports.filter((port) => port !== definition.bodyPort), 'timeout']),
    targets,
    retry: view.document.nodes[node.id]?.retry ?? null,
    isDisabled: node.isDisabled,
    firstPort: Object.keys(definition.ports)[0] ?? node.ports[0] ?? null,
  };
}

function inputDefaults(view: FlowView): JsonObject {
  const values: JsonObject = {};
  for (const [name, input] of Object.entries(view.document.inputs ?? {}))
    if (input.default !== undefined) values[name] = input.default;
  return values;
}
