import { sql } from 'kysely';
import type { RuntimeDeps } from '../deps.ts';

/** Events and node runs are kept this long: a year of dashboards and a month to spare. */
const RETENTION_DAYS = 400;

/** A report is kept this long for runs that come to wait for it. */
const REPORT_DAYS = 90;

/** Makes next months' partitions and drops those past retention. Safe to call from several processes and as often as one likes. */
export async function maintainTables(deps: RuntimeDeps): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const { rows } = await sql<{ made: number; dropped: number }>`
    select heddle.make_partitions(${new Date(nowMs)}) as made, heddle.drop_partitions(${new Date(nowMs - RETENTION_DAYS * 86_400_000)}) as dropped,
      heddle.expire_named_events(${new Date(nowMs - REPORT_DAYS * 86_400_000)}) as expired`.execute(
    deps.database.anyWorkspace,
  );
  const [result] = rows;
  if (result !== undefined && result.made + result.dropped > 0) deps.log.info(result, 'Partitions maintained');
}
