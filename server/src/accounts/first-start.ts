import { sql } from 'kysely';
import { newId, type Database } from '../database/index.ts';
import type { Accounts } from './accounts.ts';
import { insertApiKey } from './api-keys.ts';

/** The account of a new installation. It changes name and address in the settings. */
const OWNER_EMAIL = 'you@localhost';

/** Key of the advisory lock that makes processes starting together agree. Any constant of our own. */
const FIRST_START_LOCK = 4_620_011_524;

/**
 * Makes the first workspace and its owner on an empty database; later it only says who they are.
 *
 * @param bootstrapApiKey Becomes the owner's key on an empty database, and is ignored afterwards.
 */
export async function ensureFirstWorkspace(
  database: Database,
  accounts: Accounts,
  bootstrapApiKey: string | undefined,
): Promise<{ workspaceId: string; memberId: string; isNew: boolean }> {
  const client = await database.pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [FIRST_START_LOCK]);
    const existing = await findFirstWorkspace(database);
    if (existing !== undefined) return { ...existing, isNew: false };
    const memberId = await accounts.ensureAccount(OWNER_EMAIL, 'You');
    const workspaceId = newId();
    await database.withWorkspace(workspaceId, async (tx) => {
      await tx.insertInto('heddle.workspace').values({ id: workspaceId, name: 'My workspace' }).execute();
      await tx
        .insertInto('heddle.member')
        .values({ workspace_id: workspaceId, member_id: memberId, role: 'owner' })
        .execute();
      // In the same transaction: a start that dies here begins from nothing again, key included.
      if (bootstrapApiKey !== undefined)
        await insertApiKey(
          tx,
          workspaceId,
          { name: 'HEDDLE_BOOTSTRAP_API_KEY', role: 'owner', createdBy: memberId, expiresAt: undefined },
          bootstrapApiKey,
        );
    });
    return { workspaceId, memberId, isNew: true };
  } finally {
    await client.query('select pg_advisory_unlock($1)', [FIRST_START_LOCK]).catch(() => undefined); // a broken connection gave it back already
    client.release();
  }
}

async function findFirstWorkspace(database: Database): Promise<{ workspaceId: string; memberId: string } | undefined> {
  const { rows } = await sql<{ workspace_id: string }>`select workspace_id from heddle.workspace_ids() limit 1`.execute(
    database.anyWorkspace,
  );
  const workspaceId = rows[0]?.workspace_id;
  if (workspaceId === undefined) return undefined;
  const owner = await database.withWorkspace(workspaceId, (tx) =>
    tx
      .selectFrom('heddle.member')
      .select('member_id')
      .where('role', '=', 'owner')
      .orderBy('created_at')
      .orderBy('member_id')
      .executeTakeFirstOrThrow(),
  );
  return { workspaceId, memberId: owner.member_id };
}
