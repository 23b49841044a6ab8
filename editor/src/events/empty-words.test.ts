import { expect, it } from 'vitest';
import { emptyWords } from './empty-words.ts';

it('does not say that nothing is there while something is left out', () => {
  expect(emptyWords({ state: 'ignored', isOfKind: true }, 2).text).toContain('Switch them on');
  expect(emptyWords({ state: undefined, isOfKind: false }, 0).title).toBe('Nothing has come in yet');
});

it('calls only an empty list of failures good', () => {
  expect(emptyWords({ state: 'failed', isOfKind: false }, 0).title).toBe('No event has failed');
  expect(emptyWords({ state: 'pending', isOfKind: false }, 0).text).toContain('another state');
});

it('does not say that nothing ever came in while one kind is looked for', () => {
  expect(emptyWords({ state: undefined, isOfKind: true }, 0).title).toBe('No event fits');
});
