import type { JsonObject } from '@heddle/schemas';

/** One value that a port carries: its JSON type and the name that people see in the field picker. */
export type OutputField = readonly [
  type: 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'any',
  title: string,
  description?: string,
];

/** JSON Schema of a port's output; the editor's field picker lists its properties by title. Values may be null where a platform gives none. */
export function outputSchema(fields: Readonly<Record<string, OutputField>>): JsonObject {
  const properties: JsonObject = {};
  for (const [name, [type, title, description]] of Object.entries(fields)) {
    properties[name] = {
      ...(type === 'any' ? {} : { type: [type, 'null'] }),
      title,
      ...(description === undefined ? {} : { description }),
    };
  }
  return { type: 'object', properties };
}
