import { PgBoss } from 'pg-boss';
import { QUEUE_SCHEMA, QUEUES } from './queues.ts';

/** Installs or upgrades pg-boss and makes the queues, as the owner. At run time pg-boss runs with `migrate: false, createSchema: false`. */
export async function installQueues(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: ownerUrl,
    schema: QUEUE_SCHEMA,
    supervise: false,
    schedule: false,
    max: 2,
  });
  boss.on('error', () => undefined); // what matters is thrown by the calls below
  await boss.start();
  try {
    for (const queue of QUEUES) {
      const { name, ...options } = queue;
      if ((await boss.getQueue(name)) === null) await boss.createQueue(name, options);
      else {
        const { policy: _fixed, partition: _alsoFixed, ...changeable } = options;
        await boss.updateQueue(name, changeable);
      }
    }
    // Stale planner statistics make claiming up to 100 times slower after a burst; the defaults wait for 10 or 20 % of changed rows.
    await boss.getDb().executeSql(
      `alter table ${QUEUE_SCHEMA}.job_common set (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000,
         autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)`,
    );
  } finally {
    await boss.stop({ graceful: false });
  }
}
