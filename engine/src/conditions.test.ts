import type { Comparison, JsonValue } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { evaluateCondition } from './conditions.ts';

const scope = {
  contact: {
    tags: ['VIP', 'été'],
    isFollower: false,
    fields: { city: 'Orléans', age: '42', born: '1990-05-01', empty: ' ' },
  },
  trigger: { n: 5, list: ['a', 'B'], none: null },
};

describe('a comparison', () => {
  it.each<[string, Comparison['operator'], JsonValue, boolean]>([
    ['contact.fields.city', 'equals', 'ORLEANS', true],
    ['contact.fields.city', 'notEquals', 'orleans', false],
    ['contact.fields.city', 'contains', 'léa', true],
    ['contact.fields.city', 'notContains', 'x', true],
    ['contact.fields.city', 'startsWith', 'or', true],
    ['contact.fields.city', 'endsWith', 'ANS', true],
    ['contact.fields.age', 'equals', 42, true],
    ['contact.fields.age', 'greaterThan', 41, true],
    ['contact.fields.age', 'greaterThan', '42', false],
    ['contact.fields.age', 'atLeast', '42', true],
    ['trigger.n', 'lessThan', 5, false],
    ['trigger.n', 'atMost', 5, true],
    ['contact.fields.born', 'lessThan', '2000-01-01', true],
    ['contact.fields.city', 'greaterThan', 5, false],
    ['contact.isFollower', 'isFalse', null, true],
    ['contact.isFollower', 'isTrue', null, false],
    ['contact.isVerified', 'isFalse', null, false],
    ['contact.fields.empty', 'isEmpty', null, true],
    ['trigger.none', 'isEmpty', null, true],
    ['trigger.list', 'isNotEmpty', null, true],
    ['trigger.list', 'contains', 'b', true],
    ['contact.fields.city', 'oneOf', ['Paris', 'orléans'], true],
    ['contact.fields.city', 'oneOf', 'paris, orleans', true],
    ['contact.tags', 'hasTag', 'vip', true],
    ['contact', 'hasTag', 'ete', true],
    ['contact.tags', 'hasNoTag', 'new', true],
    ['gone.away', 'equals', '', false],
    ['gone.away', 'notEquals', 'x', true],
    ['gone.away', 'contains', '', false],
    ['gone.away', 'isEmpty', null, true],
    ['trigger.constructor', 'isEmpty', null, true],
  ])('%s %s %j is %s', (field, operator, value, passed) => {
    expect(evaluateCondition({ match: 'all', rules: [{ field, operator, value }] }, scope).passed).toBe(passed);
  });
});

describe('a group', () => {
  const yes: Comparison = { field: 'trigger.n', operator: 'equals', value: 5 };
  const no: Comparison = { field: 'contact.fields.city', operator: 'equals', value: 'Paris' };

  it('with "all" names the rule that failed', () => {
    expect(evaluateCondition({ match: 'all', rules: [yes, no] }, scope)).toEqual({
      passed: false,
      explanation: 'contact.fields.city does not fit "is "Paris"": it is "Orléans"',
    });
    expect(evaluateCondition({ match: 'all', rules: [yes] }, scope).passed).toBe(true);
  });

  it('with "any" passes at the first that fits', () => {
    expect(evaluateCondition({ match: 'any', rules: [no, yes] }, scope)).toEqual({
      passed: true,
      explanation: 'trigger.n fits "is 5": it is 5',
    });
    expect(evaluateCondition({ match: 'any', rules: [no, no] }, scope).passed).toBe(false);
  });

  it('holds groups', () => {
    expect(evaluateCondition({ match: 'all', rules: [yes, { match: 'any', rules: [no, yes] }] }, scope).passed).toBe(
      true,
    );
    expect(evaluateCondition({ match: 'any', rules: [{ match: 'all', rules: [yes, no] }] }, scope).passed).toBe(false);
  });

  it('says when a field is not there', () => {
    expect(
      evaluateCondition({ match: 'all', rules: [{ field: 'contact.name', operator: 'isNotEmpty' }] }, scope)
        .explanation,
    ).toBe('contact.name does not fit "is filled in": it is not there');
  });
});
