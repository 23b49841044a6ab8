import {
  FlowError,
  parseEdgeSource,
  type FlowDocument,
  type FlowNode,
  type Issue,
  type JsonObject,
  type NodeDefinition,
} from '@heddle/schemas';
import { planConfig, type ConfigPlan } from '../expressions/index.ts';
import { portsOf, type DefinitionRegistry } from '../plugin/index.ts';
import { checkWrittenConfig } from './config-check.ts';
import { migrateConfig } from './migrate-config.ts';
import type { FlowView, NodeView } from './program.ts';
import { didYouMean } from './suggest.ts';

/** Looks up and plans every node. Problems of single nodes go to `issues`. */
export function viewFlow(document: FlowDocument, registry: DefinitionRegistry, issues: Issue[]): FlowView {
  const nodes = new Map(Object.entries(document.nodes).map(([id, node]) => [id, viewNode(id, node, registry, issues)]));
  const edges = document.edges.map((edge, index) => {
    const { node, port } = parseEdgeSource(edge.from);
    return { index, edge, source: node, port };
  });
  return { document, nodes, edges };
}

/** Problems of a node that is switched off do not prevent publishing. */
export function severityFor(node: { readonly isDisabled: boolean }): Issue['severity'] {
  return node.isDisabled ? 'warning' : 'error';
}

function viewNode(id: string, node: FlowNode, registry: DefinitionRegistry, issues: Issue[]): NodeView {
  const found = registry.find(node.type);
  const title = node.label !== undefined && node.label !== '' ? node.label : (found?.title ?? node.type);
  const isDisabled = node.isDisabled === true;
  const known =
    found === undefined ? unknownType(id, title, node, registry, issues) : migrateNode(id, title, node, found, issues);
  const { definition, config } = known;
  const own: Issue[] = definition === undefined ? [] : checkWrittenConfig(definition, config);
  const plan: ConfigPlan = planConfig(config, definition?.config ?? {}, own);
  for (const issue of own) {
    issues.push({
      ...issue,
      severity: severityFor({ isDisabled }),
      node: id,
      path: `/nodes/${id}/config${issue.path ?? ''}`,
      message: `"${title}": ${issue.message}`,
    });
  }
  const ports = definition === undefined ? [] : Object.keys(portsOf(definition, config));
  return { id, title, isDisabled, definition, config, plan, ports };
}

interface Known {
  readonly definition: NodeDefinition | undefined;
  readonly config: JsonObject;
}

function unknownType(id: string, title: string, node: FlowNode, registry: DefinitionRegistry, issues: Issue[]): Known {
  const hint = didYouMean(
    node.type,
    registry.all().map((definition) => definition.type),
  );
  issues.push({
    code: 'node.typeUnknown',
    severity: 'error',
    node: id,
    path: `/nodes/${id}/type`,
    message: `"${title}": no installed plugin has the node type "${node.type}".${hint}`,
  });
  return { definition: undefined, config: node.config };
}

function migrateNode(id: string, title: string, node: FlowNode, definition: NodeDefinition, issues: Issue[]): Known {
  try {
    return { definition, config: migrateConfig(definition, node.v, node.config) };
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
    issues.push({
      code: 'node.versionUnknown',
      severity: 'error',
      node: id,
      path: `/nodes/${id}/v`,
      message: `"${title}" ${error.message}`,
    });
    return { definition: undefined, config: node.config };
  }
}
