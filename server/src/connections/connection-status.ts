import { FlowError, isJsonObject, type JsonValue } from '@heddle/schemas';
import type { ConnectionRow } from './to-connection-view.ts';

/** The account cannot be used now, and why. */
export function notReady(row: ConnectionRow, why: string): FlowError {
  return new FlowError('CONNECTION_NOT_READY', `The account @${row.username} cannot be used: ${why}`);
}

/** What a failed refresh means. A refused token is over; with anything else the old token lives on until its day. */
export function statusAfterFailedRefresh(
  row: ConnectionRow,
  error: unknown,
  nowMs: number,
): Pick<ConnectionRow, 'status' | 'status_reason'> {
  const why = error instanceof FlowError ? error.message : 'The platform gave an unexpected answer.';
  const isOver =
    (error instanceof FlowError && error.code === 'PLATFORM_TOKEN_INVALID') ||
    (row.token_expires_at !== null && row.token_expires_at.getTime() <= nowMs);
  return isOver
    ? { status: 'expired', status_reason: `${why} Connect the account again.` }
    : {
        status: 'expiring',
        status_reason: `The token could not be extended: ${why} Connect the account again before ${row.token_expires_at?.toISOString().slice(0, 10) ?? 'it ends'}.`,
      };
}

/** What `account` says of itself, as far as it does. */
export function profileOf(found: JsonValue): { username?: string; name?: string; picture_url?: string } {
  if (!isJsonObject(found)) return {};
  const { username, name, pictureUrl } = found;
  return {
    ...(typeof username === 'string' ? { username } : {}),
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof pictureUrl === 'string' ? { picture_url: pictureUrl } : {}),
  };
}
