import { createHmac, timingSafeEqual } from 'node:crypto';

const PREFIX = 'sha256=';

/**
 * Checks `X-Hub-Signature-256` over the raw bytes against each secret. All secrets are tried, each in constant time: Instagram
 * Login apps have two, and documents do not settle which one signs (platforms.md C.1).
 *
 * @param header Value of the header, `sha256=` and 64 hexadecimal digits; anything else is refused.
 */
export function isSignedBy(rawBody: Uint8Array, header: string | undefined, secrets: readonly string[]): boolean {
  if (header === undefined || !header.startsWith(PREFIX)) return false;
  const hex = header.slice(PREFIX.length);
  if (!/^[0-9a-f]{64}$/i.test(hex)) return false;
  const given = Buffer.from(hex, 'hex');
  let isValid = false;
  for (const secret of secrets) {
    if (secret === '') continue; // an empty key would let anybody sign
    const expected = createHmac('sha256', secret).update(rawBody).digest();
    if (timingSafeEqual(given, expected)) isValid = true;
  }
  return isValid;
}

/** Equal texts, compared without telling by time how much of them is equal. Empty never equals. */
export function isSameSecret(given: string, expected: string): boolean {
  if (given === '' || expected === '') return false;
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
