/** Changes that several rules offer. */
import type { DraftOperation, FlowEdge, FlowNode, IssueFix, JsonObject, JsonValue } from '@heddle/schemas';
import { newNodeId } from '../drafts/index.ts';
import { writtenConfig, type LintContext } from './lint-context.ts';

/** Room between a node and one that a fix puts beside or below it, as the editor lays nodes out. */
const GAP = 160;

/** A new node behind a port that leads nowhere. Undefined when the node type is not installed. */
export function addBehind(context: LintContext, from: string, type: string, title: string): IssueFix | undefined {
  const made = makeNode(context, type, from.slice(0, from.indexOf('.')));
  if (made === null) return undefined;
  return { title, operations: [made.add, { kind: 'connect', edge: { from, to: made.id } }] };
}

/** A new node in the middle of an edge, which goes on by its first port. Undefined when the node type is not installed. */
export function insertOnEdge(context: LintContext, edge: FlowEdge, type: string, title: string): IssueFix | undefined {
  const made = makeNode(context, type, edge.from.slice(0, edge.from.indexOf('.')));
  if (made === null || made.port === undefined) return undefined;
  return {
    title,
    operations: [
      made.add,
      { kind: 'disconnect', edge },
      { kind: 'connect', edge: { from: edge.from, to: made.id } },
      { kind: 'connect', edge: { from: `${made.id}.${made.port}`, to: edge.to } },
    ],
  };
}

/** One value of a node's config, by JSON pointer. */
export function setConfigAt(
  context: LintContext,
  node: string,
  pointer: string,
  value: JsonValue,
  title: string,
): IssueFix {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const config = withValueAt(writtenConfig(context, node), keys, value);
  // The pointer leads below the root, so the root stays the object it was.
  return { title, operations: [{ kind: 'setConfig', id: node, config: config as JsonObject }] };
}

export function removeNodeFix(id: string, title: string): IssueFix {
  return { title: `Remove "${title}"`, operations: [{ kind: 'removeNode', id }] };
}

function withValueAt(current: JsonValue | undefined, keys: readonly string[], value: JsonValue): JsonValue {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (Array.isArray(current)) return current.with(Number(key), withValueAt(current[Number(key)], rest, value));
  const object = typeof current === 'object' && current !== null ? current : {};
  return { ...object, [key]: withValueAt(object[key], rest, value) };
}

interface MadeNode {
  readonly id: string;
  readonly add: DraftOperation;
  readonly port: string | undefined;
}

function makeNode({ document, registry }: LintContext, type: string, beside: string): MadeNode | null {
  const definition = registry.find(type);
  if (definition === undefined) return null;
  const node: FlowNode = { type, v: definition.version, config: { ...definition.defaults } };
  const id = newNodeId(document, type);
  const at = document.layout?.[beside];
  return {
    id,
    add: { kind: 'addNode', id, node, ...(at === undefined ? {} : { at: [at[0], at[1] + GAP] }) },
    port: Object.keys(definition.ports)[0],
  };
}
