import type { JsonObject, NodeDefinition, NodeDefinitionData, PortSpec } from '@heddle/schemas';
import type { TObject } from 'typebox';

type Optional = 'connections' | 'services' | 'events' | 'lint' | 'defaults' | 'timeoutMs' | 'migrate' | 'role';

/** What a plugin author writes: everything with a sensible default may be left out. */
export type NodeDefinitionInput<Config extends TObject, Port extends string> = Omit<
  NodeDefinition<Config, Port>,
  Optional
> &
  Partial<Pick<NodeDefinition<Config, Port>, Optional>>;

/** A node answers within this time unless its definition says otherwise. */
export const DEFAULT_NODE_TIMEOUT_MS = 30_000;

/**
 * Declares a node type. Data only: safe for the browser, servable as JSON.
 *
 * @throws TypeError when it declares a reserved port or a trigger without events, so that a wrong plugin fails on load.
 */
export function defineNode<const Config extends TObject, const Port extends string>(
  input: NodeDefinitionInput<Config, Port>,
): NodeDefinition<Config, Port> {
  for (const reserved of ['error', 'timeout']) {
    if (Object.hasOwn(input.ports, reserved) && !(reserved === 'timeout' && mayWait(input.lint))) {
      throw new TypeError(`${input.type}: port "${reserved}" is reserved; every node has it already`);
    }
  }
  const role = input.role ?? 'node';
  if ((role === 'trigger') !== (input.events ?? []).length > 0) {
    throw new TypeError(`${input.type}: a trigger names the events it listens to, and only a trigger does`);
  }
  return {
    connections: [],
    services: [],
    events: [],
    lint: {},
    defaults: {},
    timeoutMs: DEFAULT_NODE_TIMEOUT_MS,
    migrate: {},
    ...input,
    role,
  };
}

/** A node that can wait may say what its "timeout" carries. */
function mayWait(lint: NodeDefinition['lint'] | undefined): boolean {
  return lint?.waitsForReply === true || lint?.waitsUpToMs !== undefined;
}

/** The part of a definition that is data, for the API and for editors. */
export function toDefinitionData(definition: NodeDefinition): NodeDefinitionData {
  const { migrate: _code, ...data } = definition;
  // A TypeBox schema is a JSON Schema document; the round trip drops the symbols that only TypeScript uses.
  const plain: unknown = JSON.parse(JSON.stringify(data));
  return plain as NodeDefinitionData;
}

/** The exits of a node with this config: the declared ones, then one per item of `portsFrom`. Reserved ports are not listed. */
export function portsOf(
  definition: Pick<NodeDefinitionData, 'ports' | 'portsFrom'>,
  config: JsonObject,
): Record<string, PortSpec> {
  const { portsFrom } = definition;
  if (portsFrom === undefined) return definition.ports;
  const items = config[portsFrom.path];
  const made: Record<string, PortSpec> = {};
  for (const item of Array.isArray(items) ? items : []) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) continue;
    const id = item[portsFrom.idKey];
    const title = item[portsFrom.titleKey];
    if (typeof id === 'string' && id !== '')
      made[id] = { title: typeof title === 'string' && title !== '' ? title : id, output: portsFrom.output };
  }
  return { ...made, ...definition.ports };
}
