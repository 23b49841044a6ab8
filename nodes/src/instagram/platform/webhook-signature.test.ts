import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSameSecret, isSignedBy } from './webhook-signature.ts';

const body = new TextEncoder().encode('{"object":"instagram","text":"\\u00e4\\/"}');
const sign = (secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

describe('isSignedBy', () => {
  it('accepts a signature by any of the secrets', () => {
    expect(isSignedBy(body, sign('one'), ['one', 'two'])).toBe(true);
    expect(isSignedBy(body, sign('two'), ['one', 'two'])).toBe(true);
  });

  it.each([
    ['another secret', sign('three')],
    ['no header', undefined],
    ['an empty header', ''],
    ['no prefix', sign('one').slice(7)],
    ['another algorithm', sign('one').replace('sha256', 'sha1')],
    ['half a signature', sign('one').slice(0, 40)],
    ['a longer signature', `${sign('one')}00`],
    ['signs that are no digits', `sha256=${'z'.repeat(64)}`],
    ['digits of another script', `sha256=${'１'.repeat(64)}`],
  ])('refuses %s', (_name, header) => {
    expect(isSignedBy(body, header, ['one', 'two'])).toBe(false);
  });

  it('refuses everything without a secret', () => {
    expect(isSignedBy(body, sign(''), [''])).toBe(false);
    expect(isSignedBy(body, sign('one'), [])).toBe(false);
  });

  it('looks at the bytes, not at what they mean', () => {
    const other = new TextEncoder().encode('{"object":"instagram","text":"ä/"}');
    expect(isSignedBy(other, sign('one'), ['one'])).toBe(false);
  });
});

describe('isSameSecret', () => {
  it('compares texts of any length, and never takes empty ones for equal', () => {
    expect(isSameSecret('abc', 'abc')).toBe(true);
    expect(isSameSecret('abc', 'abcd')).toBe(false);
    expect(isSameSecret('', '')).toBe(false);
  });
});
