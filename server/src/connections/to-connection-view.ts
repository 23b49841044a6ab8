import type { Platform } from '@heddle/engine';
import type { ConnectionView } from '@heddle/schemas/api';
import type { Selectable } from 'kysely';
import type { ConnectionTables } from './tables.ts';

export type ConnectionRow = Selectable<ConnectionTables['heddle.connection']>;

/** What the API shows of a connection. The token is no part of it, sealed or not. */
export function toConnectionView(row: ConnectionRow, platform: Platform | undefined): ConnectionView {
  return {
    id: row.id,
    platform: row.platform,
    externalId: row.external_id,
    username: row.username,
    name: row.name,
    pictureUrl: row.picture_url,
    status: row.status,
    statusReason: row.status_reason,
    isSandbox: row.is_sandbox,
    isDefault: row.is_default,
    grantedScopes: row.granted_scopes,
    missingScopes: missingScopes(platform, row.granted_scopes),
    tokenExpiresAt: row.token_expires_at?.toISOString() ?? null,
    lastVerifiedAt: row.last_verified_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

/** Permissions that we ask for and that were not given, each with what will not work. */
export function missingScopes(
  platform: Platform | undefined,
  granted: readonly string[],
): ConnectionView['missingScopes'] {
  return (platform?.oauth.scopes ?? [])
    .filter((scope) => !granted.includes(scope.name))
    .map(({ name, title, withoutIt }) => ({ name, title, withoutIt }));
}
