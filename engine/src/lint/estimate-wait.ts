import { isJsonObject, type JsonObject, type JsonValue } from '@heddle/schemas';
import type { NodeView } from '../compile/program.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
};

/** A duration field of a config that is shown and written out, not computed. */
export interface WrittenDuration {
  readonly field: string;
  readonly ms: number;
}

/** The longest duration that the author wrote into the fields that are shown, or null. */
export function findDuration(node: NodeView): WrittenDuration | null {
  // A TypeBox schema is a JSON Schema document.
  const properties = (node.definition?.config ?? {}) as JsonObject;
  const fields = isJsonObject(properties['properties']) ? properties['properties'] : {};
  let longest: WrittenDuration | null = null;
  for (const [field, schema] of Object.entries(fields)) {
    if (!isJsonObject(schema) || schema['x-widget'] !== 'duration' || !isShown(schema, node.config)) continue;
    const ms = toMs(node.config[field]);
    if (ms !== null && ms > (longest?.ms ?? -1)) longest = { field, ms };
  }
  return longest;
}

/** How long a node may park the run, ms: what its config says, else the usual longest time of its type. */
export function estimateWaitMs(node: NodeView): number {
  if (node.isDisabled) return 0;
  return findDuration(node)?.ms ?? node.definition?.lint.waitsUpToMs ?? 0;
}

function toMs(value: JsonValue | undefined): number | null {
  if (!isJsonObject(value) || typeof value['amount'] !== 'number' || typeof value['unit'] !== 'string') return null;
  const unitMs = UNIT_MS[value['unit']];
  return unitMs === undefined ? null : value['amount'] * unitMs;
}

function isShown(schema: JsonObject, config: JsonObject): boolean {
  const rule = schema['x-show-if'];
  if (!isJsonObject(rule)) return true;
  return Object.entries(rule).every(([field, wanted]) => {
    const value = config[field] ?? null;
    return Array.isArray(wanted) ? wanted.includes(value) : wanted === value;
  });
}
