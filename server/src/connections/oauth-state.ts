import { randomBytes } from 'node:crypto';
import { FlowError } from '@heddle/schemas';
import { sql } from 'kysely';
import { hashSecret } from '../accounts/auth-options.ts';
import type { Database } from '../database/index.ts';

/** How long a person may take at the platform. */
const STATE_LIFE_MS = 10 * 60_000;

/** A fresh state, bound to workspace and member. Only its hash is kept. */
export async function createOAuthState(
  database: Database,
  who: { workspaceId: string; memberId: string; platform: string },
  nowMs: number,
): Promise<string> {
  const state = randomBytes(32).toString('base64url');
  await database.withWorkspace(who.workspaceId, (tx) =>
    tx
      .insertInto('heddle.oauth_state')
      .values({
        workspace_id: who.workspaceId,
        state_hash: hashSecret(state),
        member_id: who.memberId,
        platform: who.platform,
        expires_at: new Date(nowMs + STATE_LIFE_MS),
      })
      .execute(),
  );
  return state;
}

/**
 * Uses a state up, whatever comes of it.
 *
 * @throws FlowError `OAUTH_STATE_INVALID` when it is not known here, was used, is too old, or is another member's.
 */
export async function consumeOAuthState(
  database: Database,
  who: { workspaceId: string; memberId: string; platform: string },
  state: string,
  nowMs: number,
): Promise<void> {
  const row = await database.withWorkspace(who.workspaceId, (tx) =>
    tx
      .deleteFrom('heddle.oauth_state')
      .where('state_hash', '=', hashSecret(state))
      .returning(['member_id', 'platform', 'expires_at'])
      .executeTakeFirst(),
  );
  if (
    row === undefined ||
    row.member_id !== who.memberId ||
    row.platform !== who.platform ||
    row.expires_at.getTime() <= nowMs
  ) {
    throw new FlowError(
      'OAUTH_STATE_INVALID',
      'This sign-in was not started here by you, was used already, or took over 10 minutes.',
    );
  }
}

/** Deletes what was never used. */
export async function expireOAuthStates(database: Database): Promise<void> {
  await sql`select heddle.expire_oauth_states()`.execute(database.anyWorkspace);
}
