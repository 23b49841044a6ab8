import { expect, it } from 'vitest';
import { emptyWords } from './empty-words.ts';

it('does not say that nothing is there while something is left out', () => {
  expect(emptyWords('ignored', 2).text).toContain('Switch them on');
  expect(emptyWords(undefined, 0).title).toBe('Nothing has come in yet');
});

it('calls only an empty list of failures good', () => {
  expect(emptyWords('failed', 0).title).toBe('No event has failed');
  expect(emptyWords('pending', 0).text).toContain('another state');
});
