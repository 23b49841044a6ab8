import { expect, it } from 'vitest';
import { judgeLedger } from './judge-ledger.ts';

const none = new Set<string>();

it('finds nothing wrong when each accepted event had its effect once, in whatever order', () => {
  expect(judgeLedger(['a', 'b'], ['b', 'a'], none)).toEqual({
    accepted: 2,
    lost: [],
    doubled: [],
    held: [],
    heldAndCame: [],
    strange: [],
  });
});

it('calls an accepted event without an effect lost', () => {
  expect(judgeLedger(['a', 'b', 'c'], ['b'], none).lost).toEqual(['a', 'c']);
});

it('names an event once that came three times', () => {
  expect(judgeLedger(['a', 'b'], ['a', 'b', 'a', 'a'], none).doubled).toEqual(['a']);
});

it('does not call lost what is held for a person, and tells which of those had come', () => {
  const verdict = judgeLedger(['a', 'b', 'c'], ['b'], new Set(['a', 'b', 'elsewhere']));
  expect(verdict).toMatchObject({ lost: ['c'], doubled: [], held: ['a', 'b'], heldAndCame: ['b'] });
});

it('calls a doubled effect doubled although the event is held', () => {
  expect(judgeLedger(['a'], ['a', 'a'], new Set(['a'])).doubled).toEqual(['a']);
});

it('tells of effects of events that were never accepted', () => {
  expect(judgeLedger(['a'], ['a', 'x'], none).strange).toEqual(['x']);
});
