import { FlowError, type NodeDefinition } from '@heddle/schemas';
import type { NodeHandler } from './define-handler.ts';

/** Looks up node types. The browser has definitions only; the server has handlers too. */
export interface DefinitionRegistry {
  /** The definition of a type in its newest version, or undefined. */
  find(type: string): NodeDefinition | undefined;
  /** All definitions in palette order. */
  all(): readonly NodeDefinition[];
}

/** A registry that can also run nodes. */
export interface HandlerRegistry extends DefinitionRegistry {
  /** @throws FlowError `NODE_TYPE_UNKNOWN`. */
  getHandler(type: string): NodeHandler;
}

/** @throws TypeError when two definitions share a type. */
export function createDefinitionRegistry(definitions: readonly NodeDefinition[]): DefinitionRegistry {
  const byType = new Map<string, NodeDefinition>();
  for (const definition of definitions) {
    if (byType.has(definition.type)) throw new TypeError(`Node type "${definition.type}" is defined twice`);
    byType.set(definition.type, definition);
  }
  return { find: (type) => byType.get(type), all: () => definitions };
}

/** @throws TypeError when two handlers share a type. */
export function createHandlerRegistry(handlers: readonly NodeHandler[]): HandlerRegistry {
  const definitions = createDefinitionRegistry(handlers.map((handler) => handler.definition));
  const byType = new Map(handlers.map((handler) => [handler.definition.type, handler]));
  return {
    ...definitions,
    getHandler: (type) => {
      const handler = byType.get(type);
      if (handler === undefined)
        throw new FlowError('NODE_TYPE_UNKNOWN', `No installed plugin has the node type "${type}".`);
      return handler;
    },
  };
}
