// Several processes may use one cluster: two servers started by mistake, or a server and a test. Each holds a shared
// advisory lock on an idle connection; whoever leaves last stops Postgres. A killed process loses its connection, and
// with it the lock, so nothing is left to clean up.
import pg from 'pg';

// Arbitrary, but ours: "hedd" and "le" in ASCII. Advisory locks count per database; this one lives in `postgres`.
const LOCK = '1751475300, 27749';

export interface ClusterHolder {
  /** Leaves the cluster. @returns True when nobody else holds it, so that the caller has to stop it. */
  release(): Promise<boolean>;
}

/**
 * @param url The maintenance database `postgres`.
 * @param onLost Called once when the connection breaks before `release`: Postgres has most likely ended.
 * @returns undefined when Postgres is being stopped by a holder that leaves at this moment.
 */
export async function holdCluster(url: string, onLost: () => void = () => {}): Promise<ClusterHolder | undefined> {
  const client = new pg.Client({ connectionString: url, keepAlive: true, application_name: 'heddle-holder' });
  client.on('error', () => {}); // Postgres was stopped under us: release() then has nothing to stop
  try {
    await client.connect();
    await client.query(`select pg_advisory_lock_shared(${LOCK})`);
  } catch {
    await client.end().catch(() => {});
    return undefined;
  }
  let isReleased = false;
  client.on('end', () => {
    if (!isReleased) onLost();
  });
  return {
    async release() {
      isReleased = true;
      try {
        await client.query(`select pg_advisory_unlock_shared(${LOCK})`);
        const { rows } = await client.query<{ last: boolean }>(`select pg_try_advisory_lock(${LOCK}) as last`);
        return rows[0]?.last === true;
      } catch {
        return false; // the connection is gone, and so is Postgres
      } finally {
        await client.end().catch(() => {});
      }
    },
  };
}
