import { findJson, isObject } from './json.ts';
import type { JsonObject } from './json.ts';
import { invalidParameter } from './graph-error.ts';

/** Query and body of a Graph call as one set of parameters; the body wins, as on the platform. */
export class Params {
  readonly #values: JsonObject;

  constructor(values: JsonObject) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  raw(name: string): unknown {
    return this.#values[name];
  }

  names(): string[] {
    return Object.keys(this.#values);
  }

  /** Text or number as text; `undefined` when absent, empty or something else. */
  text(name: string): string | undefined {
    const value = this.#values[name];
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** @throws GraphError 100 when absent. */
  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw invalidParameter(`The parameter ${name} is required.`);
    return value;
  }

  /** `true`/`false`/`1`/`0`. @throws GraphError 100 for anything else. */
  flag(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (value === 'true' || value === '1') return true;
    if (value === 'false' || value === '0') return false;
    throw invalidParameter(`Param ${name} must be a boolean`);
  }

  /** A whole number ≥ 0. @throws GraphError 100 for anything else. */
  count(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^\d{1,15}$/.test(value)) throw invalidParameter(`Param ${name} must be a non-negative integer`);
    return Number(value);
  }

  /** A JSON object, given as such or as JSON text. @throws GraphError 100 when it is something else. */
  object(name: string): JsonObject | undefined {
    const value = this.#parsed(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw invalidParameter(`Param ${name} must be an object`);
    return value;
  }

  /** A list of texts: a JSON array, JSON text of one, or a comma list. */
  list(name: string): string[] | undefined {
    const value = this.#parsed(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value)) return value.map((item) => String(item));
    if (typeof value === 'string')
      return value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    throw invalidParameter(`Param ${name} must be an array`);
  }

  /** The value, JSON text turned into what it says. */
  #parsed(name: string): unknown {
    const value = this.#values[name];
    if (typeof value === 'string' && /^\s*[[{]/.test(value)) return findJson(value) ?? value;
    return value;
  }
}

/**
 * Turns a request's query and body into parameters.
 * @throws GraphError 100 when the body is not what its content type says.
 */
export function parseParams(query: URLSearchParams, contentType: string | undefined, body: Buffer): Params {
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>; // no prototype: any name is safe
  for (const [name, value] of query) values[name] = value;
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (body.length === 0) return new Params(values);
  if (type === 'application/json') {
    const parsed = findJson(body.toString('utf8'));
    if (!isObject(parsed)) throw invalidParameter('The request body is not a JSON object.');
    for (const [name, value] of Object.entries(parsed)) values[name] = value;
  } else if (type === 'multipart/form-data') {
    for (const [name, value] of readMultipart(contentType ?? '', body)) values[name] = value;
  } else {
    for (const [name, value] of new URLSearchParams(body.toString('utf8'))) values[name] = value;
  }
  return new Params(values);
}

/** Text fields of a multipart form (RFC 7578); files are not needed by any call. */
function readMultipart(contentType: string, body: Buffer): [string, string][] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) throw invalidParameter('The multipart body has no boundary.');
  const fields: [string, string][] = [];
  for (const part of body.toString('utf8').split(`--${boundary}`).slice(1, -1)) {
    const split = part.indexOf('\r\n\r\n');
    const name = /;\s*name="([^"]*)"/i.exec(part.slice(0, split))?.[1];
    if (split >= 0 && name !== undefined) fields.push([name, part.slice(split + 4).replace(/\r\n$/, '')]);
  }
  return fields;
}
