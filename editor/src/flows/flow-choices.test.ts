import { expect, it } from 'vitest';
import { flowChoices, searchWords } from './flow-choices.ts';

const found = [
  { id: 'a', name: 'Price on comment' },
  { id: 'b', name: 'Welcome' },
];

it('offers what was found', () => {
  expect(flowChoices(found, null).map((choice) => choice.label)).toEqual(['Price on comment', 'Welcome']);
  expect(flowChoices(found, { id: 'b', name: 'Welcome' })).toHaveLength(2);
});

it('keeps the chosen flow, though the server does not find it among the first', () => {
  expect(flowChoices(found, { id: 'z', name: 'Old one' })[0]).toEqual({ value: 'z', label: 'Old one' });
  expect(flowChoices([], { id: 'z', name: null })).toEqual([{ value: 'z', label: 'One flow' }]);
});

it('searches for what is typed, not for the name that the field shows of itself', () => {
  expect(searchWords(' price ', null)).toBe('price');
  expect(searchWords('Welcome', 'Welcome')).toBe('');
  expect(searchWords('Welc', 'Welcome')).toBe('Welc');
  expect(searchWords('x'.repeat(200), null)).toHaveLength(100);
});
