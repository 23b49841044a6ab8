import type { Database } from '../../server/src/database/index.ts';

/** How many transactions of each kind the runtime made; one named statement is one transaction. */
export interface TransactionCounts {
  readonly byKind: Map<string, number>;
}

/** Counts what goes through the pool; everything else of the database is left as it is. */
export function countTransactions(database: Database, counts: TransactionCounts): Database {
  const count = (kind: string): void => void counts.byKind.set(kind, (counts.byKind.get(kind) ?? 0) + 1);
  return {
    ...database,
    // Only `query` with one argument and `connect` are used by the runtime.
    pool: Object.assign(Object.create(database.pool), {
      query: (query: { name?: string }, values?: unknown[]) => {
        count(query.name ?? 'other');
        return database.pool.query(query as Parameters<typeof database.pool.query>[0], values);
      },
      connect: () => database.pool.connect(),
    }),
    withWorkspace: (workspaceId, work) => {
      count('withWorkspace');
      return database.withWorkspace(workspaceId, work);
    },
  };
}
