import type { RecordService } from '@heddle/engine';
import { FlowError, type JsonObject } from '@heddle/schemas';

/** Which node run asks. */
export interface RecordUser {
  readonly workspaceId: string;
  readonly runId: string;
  readonly flowId: string;
  readonly node: string;
  readonly visit: number;
  /** The connection behind a slot (`@shop`). @throws FlowError `CONNECTION_NOT_READY`. */
  connectionOf(slot: string): string;
}

/**
 * A collection of records that a feature keeps for nodes. Calls may come twice (a node runs again after a crash) and from a worker that
 * has lost its turn without knowing it yet, so each must be harmless when repeated. What a collection cannot do it leaves out.
 */
export interface RecordCollection {
  get?(user: RecordUser, key: string): Promise<JsonObject | null>;
  create?(user: RecordUser, key: string, record: JsonObject): Promise<{ record: JsonObject; isNew: boolean }>;
  put?(user: RecordUser, key: string, record: JsonObject): Promise<JsonObject>;
}

/** The records of all features for one node run. @throws FlowError `REQUEST_INVALID` for a collection, or a use of one, that nobody offers. */
export function createRecordService(
  collections: ReadonlyMap<string, RecordCollection> | undefined,
  user: RecordUser,
): RecordService {
  const refuse = (name: string, what: string): Promise<never> =>
    Promise.reject(new FlowError('REQUEST_INVALID', `There are no records "${name}" to ${what}.`));
  return {
    get: (name, key) => collections?.get(name)?.get?.(user, key) ?? refuse(name, 'read'),
    create: (name, key, record) => collections?.get(name)?.create?.(user, key, record) ?? refuse(name, 'make'),
    put: (name, key, record) => collections?.get(name)?.put?.(user, key, record) ?? refuse(name, 'change'),
  };
}
