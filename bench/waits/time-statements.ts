import type { Database } from '../../server/src/database/index.ts';
import { LatencyHistogram } from '../support/latency-histogram.ts';

/** Times every named statement that goes through the pool, waiting for a connection included. */
export function timeStatements(database: Database, times: Map<string, LatencyHistogram>): Database {
  return {
    ...database,
    // Only `query` with one argument and `connect` are used by the runtime.
    pool: Object.assign(Object.create(database.pool), {
      query: (query: { name?: string }, values?: unknown[]) => {
        const run = (): Promise<unknown> =>
          database.pool.query(query as Parameters<typeof database.pool.query>[0], values);
        if (query.name === undefined) return run();
        let histogram = times.get(query.name);
        if (histogram === undefined) times.set(query.name, (histogram = new LatencyHistogram()));
        return histogram.time(run);
      },
      connect: () => database.pool.connect(),
    }),
  };
}
