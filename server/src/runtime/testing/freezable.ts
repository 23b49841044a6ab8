import type { QueryConfig } from 'pg';
import type { Database } from '../../database/index.ts';

export interface Freezable {
  readonly wrap: (database: Database) => Database;
  freeze(): void;
  /** Resolves when the process waits for the first time since it was frozen. */
  readonly waits: Promise<void>;
  thaw(): void;
}

/** A process that sees no answer of the database from `freeze` on until it goes on. A transaction stays open with all that it has locked. */
export function freezable(): Freezable {
  let thawed: Promise<void> | undefined;
  let thaw = (): void => undefined;
  let noteFrozen = (): void => undefined;
  const waits = new Promise<void>((resolve) => (noteFrozen = resolve));
  const hold = async <T>(answer: Promise<T>): Promise<T> => {
    const result = await answer;
    if (thawed !== undefined) noteFrozen();
    await thawed;
    return result;
  };
  return {
    waits,
    freeze: () => void (thawed = new Promise((resolve) => (thaw = resolve))),
    thaw: () => thaw(),
    wrap: (database) => ({
      ...database,
      // A pool of the same kind; only `query` is used by the runtime. Each call is one transaction, which Postgres ends by itself.
      pool: Object.assign(Object.create(database.pool), {
        query: (query: QueryConfig) => hold(database.pool.query(query)),
      }),
      withWorkspace: (workspaceId, work) => database.withWorkspace(workspaceId, (tx) => hold(work(tx))),
    }),
  };
}
