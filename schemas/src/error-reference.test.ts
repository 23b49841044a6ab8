import { expect, it } from 'vitest';
import { toErrorReference } from './error-reference.ts';
import { ERRORS } from './errors.ts';

const rowsOf = (page: string): string[] => page.split('\n').filter((line) => line.startsWith('| <a'));

it('has one row per code, in the order of the table', () => {
  const codes = rowsOf(toErrorReference()).map((row) => /`(\w+)`/.exec(row)?.[1]);
  expect(codes).toEqual(Object.keys(ERRORS));
});

it('keeps five cells whatever the words are', () => {
  const page = toErrorReference({ ODD: { status: 422, retry: 'after', summary: 'a | b', remedy: 'Send <this>.' } });
  expect(rowsOf(page)).toEqual(['| <a id="ODD"></a>`ODD` | 422 | at the time named | a \\| b | Send &lt;this>. |']);
});
