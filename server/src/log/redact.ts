/** What secrets look like inside a text: tokens in a query or form, passwords in an address, bearer headers, our keys, Meta's tokens. */
const PATTERNS: readonly [RegExp, string][] = [
  [/\b(access_token|client_secret|code|token|appsecret_proof|fb_exchange_token)=[^&\s"']+/gi, '$1=[secret]'],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^:/\s@]*):[^@\s/]+@/gi, '$1:[secret]@'],
  [/\bBearer\s+[\w.~+/=-]+/gi, 'Bearer [secret]'],
  [/\bhdl_[\w-]{8,}/g, 'hdl_[secret]'],
  [/\b(IG|EAA)[A-Za-z0-9_-]{24,}/g, '$1[secret]'],
];

/** The text without anything that looks like a secret. A net under the rule that secrets are not put into messages. */
export function redactText(text: string): string {
  return PATTERNS.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), text);
}
