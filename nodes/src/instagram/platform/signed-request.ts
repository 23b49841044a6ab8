import { createHmac, timingSafeEqual } from 'node:crypto';
import type { JsonValue } from '@heddle/schemas';
import { textProperty } from './graph-api.ts';

/** Far above what Meta sends; ids have about 17 digits. */
const MAX_CHARACTERS = 4_000;

/**
 * Reads Meta's `signed_request` of the deauthorize and the data-deletion callback: `{base64url(signature)}.{base64url(JSON)}`, signed
 * with HMAC-SHA256 of the app secret over the encoded JSON (platforms.md G). Each secret is tried in constant time.
 *
 * @returns Whom it is about (an app-scoped id) and the bytes that were signed, or null when it is missing, signed by nobody we know, or signed in another way.
 */
export function parseSignedRequest(
  signedRequest: string | undefined,
  secrets: readonly string[],
): { readonly personId: string; readonly signed: string } | null {
  if (signedRequest === undefined || signedRequest.length > MAX_CHARACTERS) return null;
  const [signature = '', encoded = '', ...rest] = signedRequest.split('.');
  if (signature === '' || encoded === '' || rest.length > 0) return null;
  if (!isSigned(encoded, Buffer.from(signature, 'base64url'), secrets)) return null;
  const payload = parsePayload(encoded);
  if (textProperty(payload, 'algorithm')?.toUpperCase() !== 'HMAC-SHA256') return null;
  const personId = textProperty(payload, 'user_id');
  // Ids of Meta are numbers; nothing else may reach a search or a page.
  return personId === undefined || !/^[0-9]{1,32}$/.test(personId) ? null : { personId, signed: encoded };
}

function isSigned(encoded: string, given: Buffer, secrets: readonly string[]): boolean {
  let isValid = false;
  for (const secret of secrets) {
    if (secret === '') continue; // an empty key would let anybody sign
    const expected = createHmac('sha256', secret).update(encoded).digest();
    if (given.length === expected.length && timingSafeEqual(given, expected)) isValid = true;
  }
  return isValid;
}

function parsePayload(encoded: string): JsonValue {
  try {
    // Parsed JSON is a JsonValue.
    return JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8')) as JsonValue;
  } catch {
    return null; // signed, but not what is documented
  }
}
