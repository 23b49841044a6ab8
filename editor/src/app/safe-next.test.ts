import { expect, it } from 'vitest';
import { safeNext } from './safe-next.ts';

it('goes back to a page of ours', () => {
  expect(safeNext('/runs?flow=1')).toBe('/runs?flow=1');
});

it('never leaves for another site', () => {
  for (const next of [
    null,
    '',
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/sign-in?next=/x',
  ])
    expect(safeNext(next)).toBe('/flows');
});
