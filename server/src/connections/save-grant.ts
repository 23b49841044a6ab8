import type { OAuthGrant, Platform } from '@heddle/engine';
import { sql } from 'kysely';
import { newId, type Database } from '../database/index.ts';
import type { Place, Vault } from '../vault/index.ts';
import type { Actor } from './connection-service.ts';
import type { ConnectionRow } from './to-connection-view.ts';

/** Where a connection's token is sealed. */
export function tokenPlace(workspaceId: string, connectionId: string): Place {
  return { workspaceId, table: 'connection', row: connectionId, column: 'token_sealed' };
}

/** Stores what the platform granted: a new connection, or new life for one that was there. The account's webhooks come here from now on. */
export async function saveGrant(options: {
  database: Database;
  vault: Vault;
  nowMs: number;
  actor: Actor;
  platform: Platform;
  grant: OAuthGrant;
  isSandbox: boolean;
}): Promise<ConnectionRow> {
  const { database, vault, actor, platform, grant } = options;
  const { workspaceId } = actor;
  const known = await database.withWorkspace(workspaceId, (tx) =>
    tx
      .selectFrom('heddle.connection')
      .select('id')
      .where('platform', '=', platform.id)
      .where('external_id', '=', grant.account.externalId)
      .executeTakeFirst(),
  );
  const id = known?.id ?? newId();
  // Sealed before the transaction: the vault has transactions of its own.
  const sealed = await vault.seal(tokenPlace(workspaceId, id), grant.accessToken);
  const now = new Date(options.nowMs);
  const missing = platform.oauth.scopes.filter((scope) => !grant.grantedScopes.includes(scope.name));
  const state = {
    app_scoped_id: grant.account.appScopedId ?? null,
    username: grant.account.username,
    name: grant.account.name,
    picture_url: grant.account.pictureUrl ?? null,
    status: 'connected' as const,
    status_reason:
      missing.length === 0
        ? null
        : missing.map((scope) => `"${scope.title}" was not allowed. ${scope.withoutIt}`).join(' '),
    is_sandbox: options.isSandbox,
    granted_scopes: [...grant.grantedScopes],
    token_sealed: sealed,
    token_expires_at: grant.expiresAtMs === null ? null : new Date(grant.expiresAtMs),
    last_verified_at: now,
    updated_at: now,
    disconnected_at: null,
  };
  return database.withWorkspace(workspaceId, async (tx) => {
    const other = await tx
      .selectFrom('heddle.connection')
      .select('id')
      .where('platform', '=', platform.id)
      .where('is_default', '=', true)
      .where('id', '!=', id)
      .executeTakeFirst();
    const row = await tx
      .insertInto('heddle.connection')
      .values({
        workspace_id: workspaceId,
        id,
        platform: platform.id,
        external_id: grant.account.externalId,
        is_default: other === undefined,
        ...state,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['workspace_id', 'id'])
          .doUpdateSet({ ...state, ...(other === undefined ? { is_default: true } : {}) }),
      )
      .returningAll()
      .executeTakeFirstOrThrow();
    await sql`select heddle.claim_connection_route(${id}::uuid)`.execute(tx);
    await tx
      .insertInto('heddle.audit')
      .values({
        workspace_id: workspaceId,
        id: newId(),
        at: now,
        member_id: actor.memberId,
        action: 'connection.connected',
        subject_id: id,
        detail: JSON.stringify({ platform: platform.id, username: state.username }),
      })
      .execute();
    return row;
  });
}
