import type { Database } from '../../database/index.ts';

class Died extends Error {}

/** A process that dies at its n-th commit, before or after it: from then on nothing it does reaches the database. */
export function mortal(
  dieAt: number,
  when: 'before' | 'after',
): { wrap: (database: Database) => Database; die: () => never; hasDied: () => boolean } {
  let commits = 0;
  let isDead = false;
  const die = (): never => {
    isDead = true;
    throw new Died('the process is gone');
  };
  return {
    die,
    hasDied: () => isDead,
    wrap: (database) => ({
      ...database,
      // A pool of the same kind that answers no dead process; only `query` is used by the runtime. Each call is one transaction.
      pool: Object.assign(Object.create(database.pool), {
        query: async (query: { name?: string }) => {
          if (isDead && !query.name?.startsWith('heddle-checkpoint')) return { rows: [] };
          if (isDead) throw new Died('the process is gone');
          const isCommit = query.name === 'heddle-checkpoint' || query.name === 'heddle-load-turn';
          if (isCommit) commits += 1;
          if (isCommit && commits === dieAt && when === 'before') die();
          const answer = await database.pool.query(query as Parameters<typeof database.pool.query>[0]);
          if (isCommit && commits === dieAt && when === 'after') die();
          return answer;
        },
      }),
      withWorkspace: (workspaceId, work) =>
        isDead ? Promise.reject(new Died('the process is gone')) : database.withWorkspace(workspaceId, work),
    }),
  };
}
