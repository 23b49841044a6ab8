import { FlowError, type FlowDocument, type JsonObject, type JsonValue, type NodeDefinition } from '@heddle/schemas';
import { planConfig, type Scope } from '../expressions/index.ts';

/**
 * The config of a trigger with the inputs of its flow filled in, as it listens when it is live. Never throws: a config that reads
 * anything else, or cannot be read, is handed back as it is.
 *
 * @param given Values of the owner; defaults of the flow's inputs lie under them.
 */
export function fillTriggerConfig(
  definition: NodeDefinition,
  config: JsonObject,
  inputs: FlowDocument['inputs'],
  given: object = {},
): JsonObject {
  const plan = planConfig(config, definition.config, []);
  if (plan.isStatic) return config;
  const defaults = Object.entries(inputs ?? {}).flatMap(([name, input]): [string, JsonValue][] =>
    input.default === undefined ? [] : [[name, input.default]],
  );
  try {
    return plan.resolve(scopeOf({ ...Object.fromEntries(defaults), ...given }));
  } catch (error) {
    if (error instanceof FlowError) return config;
    throw error;
  }
}

/** Before a run there are inputs and nothing else that is the same for everybody. */
function scopeOf(inputs: JsonObject): Scope {
  const run = { id: '', flowId: '', node: '', visit: 1, attempt: 1 };
  return { inputs, contact: null, trigger: null, input: null, nodes: {}, vars: {}, error: null, run, now: '' };
}
