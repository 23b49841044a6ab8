import { sql } from 'kysely';
import { newId, type Database, type Tx } from '../database/index.ts';
import type { Log } from '../log/index.ts';
import type { Clock } from '../runtime/clock.ts';
import { settleScans } from './scan-views.ts';

const EVERY_MS = 10 * 60_000;
/** Members are reminded once when the first of their drafts has this long to live. */
const REMIND_BEFORE_MS = 86_400_000;

interface UpkeepOptions {
  readonly database: Database;
  readonly clock: Clock;
}

/** Ends drafts whose week is over. @returns How many. */
export async function expireDrafts(tx: Tx, nowMs: number): Promise<number> {
  const now = new Date(nowMs);
  const result = await tx
    .updateTable('heddle.product_draft')
    .set({ status: 'expired', updated_at: now })
    .where('status', '=', 'pending')
    .where('expires_at', '<=', now)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Ends old drafts of every workspace, reminds members a day before, and ends scans whose run is over. Harmless when several do it at once. */
export async function lookAfterDrafts({
  database,
  clock,
}: UpkeepOptions): Promise<{ expired: number; reminded: number }> {
  const result = { expired: 0, reminded: 0 };
  const { rows } = await sql<{ workspace_id: string }>`select workspace_id from heddle.workspace_ids()`.execute(
    database.anyWorkspace,
  );
  for (const { workspace_id: workspaceId } of rows) {
    await database.withWorkspace(workspaceId, async (tx) => {
      const nowMs = clock.nowMs();
      await settleScans(tx, nowMs);
      result.expired += await expireDrafts(tx, nowMs);
      result.reminded += await remind(tx, workspaceId, nowMs);
    });
  }
  return result;
}

/** One note for all drafts that end within a day. @returns How many drafts it is about. */
async function remind(tx: Tx, workspaceId: string, nowMs: number): Promise<number> {
  const now = new Date(nowMs);
  const due = await tx
    .updateTable('heddle.product_draft')
    .set({ reminded_at: now })
    .where('status', '=', 'pending')
    .where('reminded_at', 'is', null)
    .where('expires_at', '<=', new Date(nowMs + REMIND_BEFORE_MS))
    .returning('name')
    .execute();
  const [first] = due;
  if (first === undefined) return 0;
  const name = first.name === '' ? 'A product draft' : `"${first.name}"`;
  const text =
    due.length === 1
      ? `${name} waits on the Catalog page and ends within a day.`
      : `${name} and ${due.length - 1} more product drafts wait on the Catalog page and end within a day.`;
  await sql`insert into heddle.member_notice (workspace_id, id, node, text, topic, created_at) values (${workspaceId}, ${newId()}, '', ${text}, 'catalog', ${now})`.execute(
    tx,
  );
  return due.length;
}

/** Looks after drafts at once and then every ten minutes. @returns What stops it, when the work under way is done. */
export function startDraftUpkeep(options: UpkeepOptions & { readonly log: Log }): () => Promise<void> {
  let underWay: Promise<void> | null = null;
  const tick = (): void => {
    underWay ??= lookAfterDrafts(options)
      .then(
        ({ expired, reminded }) =>
          expired + reminded > 0 && options.log.info({ expired, reminded }, 'Product drafts were looked after'),
        (error: unknown) => options.log.error({ error }, 'Looking after product drafts failed; trying again'),
      )
      .then(() => void (underWay = null));
  };
  tick();
  const timer = setInterval(tick, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await underWay;
  };
}
