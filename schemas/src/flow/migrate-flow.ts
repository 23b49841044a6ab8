import { FlowError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { FLOW_FORMAT_VERSION } from './flow-document.ts';

/** One link of the chain: takes a document of version `from`, gives one of `from + 1`. Pure; never mutates. */
export interface FlowMigration {
  readonly from: number;
  readonly migrate: (document: JsonObject) => JsonObject;
}

/**
 * Format 0 was the trial format: `edges` were objects of four fields and slots were called `accounts`.
 * It is kept so that the chain has a first link with fixtures of its own.
 */
const fromVersion0: FlowMigration = {
  from: 0,
  migrate: (document) => {
    const { accounts, edges, ...rest } = document;
    const newEdges = (Array.isArray(edges) ? edges : []).map((edge) =>
      isJsonObject(edge) && typeof edge['source'] === 'string'
        ? { from: `${edge['source']}.${String(edge['port'] ?? 'out')}`, to: edge['target'] ?? '' }
        : edge,
    );
    return { ...rest, formatVersion: 1, ...(accounts === undefined ? {} : { connections: accounts }), edges: newEdges };
  },
};

/** The chain in order. */
export const FLOW_MIGRATIONS: readonly FlowMigration[] = [fromVersion0];

/**
 * Brings a document of any known format to the newest one. Validation comes after.
 *
 * @throws FlowError `FLOW_INVALID` when it is no object or names no version; `FLOW_VERSION_UNKNOWN` when it is newer than we are.
 */
export function migrateFlowToLatest(document: unknown): JsonObject {
  if (!isJsonObject(document)) throw new FlowError('FLOW_INVALID', 'A flow document is a JSON object.');
  const version = document['formatVersion'];
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 0) {
    throw new FlowError(
      'FLOW_INVALID',
      `"formatVersion" must be a whole number; found ${JSON.stringify(version) ?? 'nothing'}.`,
    );
  }
  if (version > FLOW_FORMAT_VERSION) {
    throw new FlowError(
      'FLOW_VERSION_UNKNOWN',
      `This document has format ${version}; this Heddle reads up to ${FLOW_FORMAT_VERSION}.`,
    );
  }
  return FLOW_MIGRATIONS.slice(version).reduce<JsonObject>((current, step) => step.migrate(current), document);
}
