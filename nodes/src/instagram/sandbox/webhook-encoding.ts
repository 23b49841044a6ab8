import { createHmac } from 'node:crypto';

/**
 * JSON as Meta writes it: everything outside ASCII as lower-case `\u00e4`, slashes as `\/`; older documentation adds
 * `<`, `%` and `@`. These very bytes are signed, so a receiver that parses and writes again never gets a match.
 */
export function encodeWebhookBody(value: unknown, escapesSymbols: boolean): Buffer {
  let json = JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  // these three never occur outside of strings in JSON
  if (escapesSymbols) json = json.replaceAll('<', '\\u003C').replaceAll('%', '\\u0025').replaceAll('@', '\\u0040');
  return Buffer.from(json, 'ascii');
}

/** Values of `X-Hub-Signature-256` and of the older `X-Hub-Signature`. */
export function signWebhookBody(body: Buffer, secret: string): { sha256: string; sha1: string } {
  return {
    sha256: `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    sha1: `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
  };
}
