import { ProblemSchema } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Endpoint } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';

/** The OpenAPI 3.1 document of the API, from the endpoint table. Same table, same document, byte for byte. */
export function toOpenApi(): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const endpoint of ENDPOINTS) {
    const path = endpoint.path.replaceAll(/:([a-zA-Z]+)/g, '{$1}');
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = toOperation(endpoint);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Heddle',
      version: '1',
      description: 'Flows for social commerce. Errors are application/problem+json with a stable code.',
    },
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'heddle.session_token' },
      },
      schemas: { Problem: plain(ProblemSchema) },
    },
  };
}

function toOperation(endpoint: Endpoint): JsonObject {
  const takesBody = !('not' in endpoint.body);
  return {
    operationId: endpoint.id,
    summary: endpoint.summary,
    ...(endpoint.access === 'public'
      ? { security: [] }
      : { security: [{ apiKey: [] }, { session: [] }], 'x-role': endpoint.access }),
    parameters: [...parametersOf(endpoint.params, 'path'), ...parametersOf(endpoint.query, 'query')],
    ...(takesBody
      ? { requestBody: { required: true, content: { 'application/json': { schema: plain(endpoint.body) } } } }
      : {}),
    responses: {
      [String(endpoint.status)]:
        endpoint.status === 204
          ? { description: 'Done' }
          : { description: 'OK', content: { 'application/json': { schema: plain(endpoint.response) } } },
      default: {
        description: 'What went wrong',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function parametersOf(schema: object, place: 'path' | 'query'): JsonObject[] {
  const { properties, required } = plain(schema) as { properties?: Record<string, JsonValue>; required?: string[] }; // both are object schemas by construction
  return Object.entries(properties ?? {}).map(([name, value]) => ({
    name,
    in: place,
    required: place === 'path' || (required ?? []).includes(name),
    schema: value,
  }));
}

/** A TypeBox schema as a plain JSON document. */
function plain(schema: object): JsonObject {
  return JSON.parse(JSON.stringify(schema)) as JsonObject; // a schema is always a JSON object
}
