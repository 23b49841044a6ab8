import { expect, it } from 'vitest';
import { parseOAuthReturn } from './oauth-return.ts';

const read = (search: string) => parseOAuthReturn(new URLSearchParams(search));

it('reads how connecting ended', () => {
  expect(read('connected=42')).toEqual({ kind: 'connected', connectionId: '42' });
  expect(read('error=OAUTH_REFUSED')).toMatchObject({ kind: 'failed', remedy: 'Start again and allow the access.' });
  expect(read('')).toBeNull();
});

it('shows none of the words of an address', () => {
  expect(read('error=Call+this+number')).toEqual({
    kind: 'failed',
    message: 'The account was not connected.',
    remedy: 'Start connecting again.',
  });
  expect(read('error=constructor')).toMatchObject({ message: 'The account was not connected.' });
});
