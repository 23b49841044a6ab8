import { IdSchema, validatorOf } from '@heddle/schemas';
import { expect, it } from 'vitest';
import { newId } from './new-id.ts';

it('makes ids of the form that the contract asks for', () => {
  expect(validatorOf(IdSchema).check(newId())).toBe(true);
  expect(newId()[14]).toBe('7');
});

it('keeps the order of creation within one millisecond and when the clock goes back', () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => newId(index < 9000 ? 5_000_000_000_000 : 4_000_000_000_000));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
