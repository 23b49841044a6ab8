import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { validatorOf } from './validate.ts';

const schema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 5 }),
    kind: Type.Enum(['a', 'b']),
    sizes: Type.Array(Type.Integer(), { maxItems: 2 }),
    mode: Type.Optional(Type.Literal('fast')),
  },
  { additionalProperties: false },
);
const good = { name: 'Anna', kind: 'a', sizes: [1] };

describe('what validation says', () => {
  const cases: readonly [string, object, string, string][] = [
    ['a missing property', { kind: 'a', sizes: [] }, '', '"name" is missing'],
    ['an unknown property', { ...good, extra: 1 }, '', '"extra" is not known here'],
    ['an empty text', { ...good, name: '' }, '/name', 'must not be empty'],
    ['a long text', { ...good, name: 'Annabel' }, '/name', 'takes at most 5 characters, found 7'],
    ['a wrong choice', { ...good, kind: 'c' }, '/kind', 'must be one of "a", "b", found "c"'],
    ['a wrong constant', { ...good, mode: 'slow' }, '/mode', 'must be "fast", found "slow"'],
    ['a wrong type', { ...good, sizes: ['x'] }, '/sizes/0', 'must be a whole number, found "x"'],
    ['a long list', { ...good, sizes: [1, 2, 3] }, '/sizes', 'takes at most 2 entries, found 3'],
  ];
  it.each(cases)('%s', (_name, value, path, message) => {
    expect(validatorOf(schema).issues(value)).toContainEqual(expect.objectContaining({ path, message }));
  });

  it('takes what fits and names what does not when it parses', () => {
    expect(validatorOf(schema).parse(good)).toBe(good);
    expect(() => validatorOf(schema).parse({ ...good, name: '' })).toThrow('/name: must not be empty');
  });
});
