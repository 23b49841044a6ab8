import type { TSchema } from 'typebox';

/** Query texts as the types that the schema asks for, with its defaults. What does not fit stays a text, for the validator to name. */
export function parseQuery(query: URLSearchParams, schema: TSchema): Record<string, unknown> {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string; default?: unknown }> }; // a query schema is an object schema
  const values: Record<string, unknown> = {};
  for (const [name, text] of query) {
    if (Object.hasOwn(values, name) || name === '__proto__') continue; // the first of several wins
    const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined;
    values[name] = coerce(text, type);
  }
  for (const [name, property] of Object.entries(properties)) {
    if (!Object.hasOwn(values, name) && property.default !== undefined) values[name] = property.default;
  }
  return values;
}

function coerce(text: string, type: string | undefined): unknown {
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
