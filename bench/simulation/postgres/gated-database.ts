import type { Database } from '../../../server/src/database/index.ts';
import type { Gate, Instance } from './gate.ts';

type Query = Parameters<Database['pool']['query']>[0];

/** The database as one process sees it: each round trip, and each transaction as a whole, is one call through the gate. */
export function gateDatabase(database: Database, gate: Gate, instance: Instance): Database {
  const ask = <T>(label: string, run: () => Promise<T>, subjects?: readonly string[]): Promise<T> =>
    gate.ask(instance, 'database', label, run, subjects);
  const { pool, anyWorkspace } = database;
  // Kysely runs its statements through the executor; everything else stays as it is.
  const executor = anyWorkspace.getExecutor();
  const executeQuery: typeof executor.executeQuery = (query) => ask('look', () => executor.executeQuery(query));
  // It has private members, which are only there for methods that are called on itself.
  const gatedExecutor = new Proxy(executor, {
    get(target, key) {
      if (key === 'executeQuery') return executeQuery;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return {
    ...database,
    withWorkspace: (workspaceId, work) => ask('transaction', () => database.withWorkspace(workspaceId, work)),
    anyWorkspace: Object.assign(Object.create(anyWorkspace) as typeof anyWorkspace, {
      getExecutor: () => gatedExecutor,
    }),
    pool: Object.assign(Object.create(pool) as typeof pool, {
      query: (query: Query) => {
        const { name, text, subjects } = describe(query);
        // Wake-ups are hints; here the simulation decides who looks.
        if (text.includes('pg_notify')) return Promise.resolve({ rows: [] });
        return ask(name, () => pool.query(query), subjects);
      },
    }),
  };
}

function describe(query: Query): { name: string; text: string; subjects: readonly string[] } {
  if (typeof query === 'string') return { name: 'look', text: query, subjects: [] };
  const { name = 'look', text = '', values = [] } = query as { name?: string; text?: string; values?: unknown[] };
  const [, keys] = values;
  const isLoad = name === 'heddle-load-turn' && Array.isArray(keys);
  return { name, text, subjects: isLoad ? keys.map(String) : [] };
}
