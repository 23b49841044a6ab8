import { FlowError, type JsonObject, type NodeDefinition } from '@heddle/schemas';

/**
 * Brings a config to the version of its definition, step by step.
 *
 * @throws FlowError `NODE_TYPE_UNKNOWN` when the config is newer than the plugin, `NODE_CONFIG_INVALID` when a step is missing or fails.
 */
export function migrateConfig(definition: NodeDefinition, version: number, config: JsonObject): JsonObject {
  if (version > definition.version) {
    throw new FlowError(
      'NODE_TYPE_UNKNOWN',
      `needs version ${version} of ${definition.type}; version ${definition.version} is installed. Update the plugin.`,
    );
  }
  let current = config;
  for (let to = version + 1; to <= definition.version; to++) {
    const step = definition.migrate[to];
    if (step === undefined)
      throw new FlowError(
        'NODE_CONFIG_INVALID',
        `has settings of version ${version}, which ${definition.type} can no longer read.`,
      );
    try {
      current = step(current);
    } catch (cause) {
      throw new FlowError(
        'NODE_CONFIG_INVALID',
        `has settings that could not be brought to version ${to} of ${definition.type}.`,
        { cause },
      );
    }
  }
  return current;
}
