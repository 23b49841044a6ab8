import { ERRORS, isErrorCode } from '@heddle/schemas';

/** How a round trip to the platform's own pages ended, as the server says it in the address. */
export type OAuthReturn =
  | { readonly kind: 'connected'; readonly connectionId: string }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy: string };

/**
 * Reads `?connected=<id>` or `?error=<code>` (with an optional `detail`). Null when the page was opened in another way.
 * The words come from our own error table, never from the address alone: an address can be made by anybody.
 */
export function parseOAuthReturn(search: URLSearchParams): OAuthReturn | null {
  const connectionId = search.get('connected');
  if (connectionId !== null) return { kind: 'connected', connectionId };
  const code = search.get('error');
  if (code === null) return null;
  if (isErrorCode(code)) return { kind: 'failed', message: ERRORS[code].summary, remedy: ERRORS[code].remedy };
  return { kind: 'failed', message: 'The account was not connected.', remedy: 'Start connecting again.' };
}
