import type { ContactFacts, JsonObject, JsonValue, NodeError } from '@heddle/schemas';

/** Which run reads; `run.id` and the like in templates. */
export interface RunIdentity {
  readonly id: string;
  readonly flowId: string;
  readonly node: string;
  readonly visit: number;
  readonly attempt: number;
}

/** Everything that templates, expressions and conditions may read. Plain data; never changed by reading. */
export interface Scope {
  /** What the owner of the flow filled in. */
  readonly inputs: JsonObject;
  readonly contact: ContactFacts | null;
  /** Output of the trigger that started the run. */
  readonly trigger: JsonValue;
  /** Output of the node before. */
  readonly input: JsonValue;
  /** Last output of each node that finished, by node id. */
  readonly nodes: Readonly<Record<string, JsonValue>>;
  readonly vars: JsonObject;
  /** The error that led here, or null on a path without one. */
  readonly error: NodeError | null;
  readonly run: RunIdentity;
  /** The moment of the node run, RFC 3339 in UTC. */
  readonly now: string;
}

/** Names a template may begin a path with. */
export const SCOPE_ROOTS = [
  'inputs',
  'contact',
  'trigger',
  'input',
  'nodes',
  'vars',
  'error',
  'run',
  'now',
] as const satisfies (keyof Scope)[];

/** What is known of a contact; `contact.<one of these>`. */
export const CONTACT_FIELDS = [
  'id',
  'platform',
  'platformId',
  'username',
  'name',
  'firstName',
  'language',
  'timeZone',
  'isFollower',
  'isVerified',
  'tags',
  'fields',
  'lastInboundAtMs',
  'isOptedOut',
] as const satisfies (keyof ContactFacts)[];

/**
 * Reads `a.b.c` or `a.items.0` out of plain data, own properties only.
 *
 * @returns undefined when any part is missing.
 */
export function findByPath(data: unknown, path: string): JsonValue | undefined {
  let current = data;
  for (const part of path.split('.')) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
    current = Reflect.get(current, part);
  }
  // Scopes hold JSON only; what lies at a path of JSON is JSON or missing.
  return current as JsonValue | undefined;
}
