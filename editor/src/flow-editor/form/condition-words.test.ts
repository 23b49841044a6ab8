import { describe, expect, it } from 'vitest';
import { parseConditionValue, writeConditionValue } from './condition-words.ts';

describe('values of conditions', () => {
  it('makes a number only where sizes are compared', () => {
    expect(parseConditionValue('12', 'greaterThan')).toBe(12);
    expect(parseConditionValue('12', 'equals')).toBe('12');
    expect(parseConditionValue('12.', 'atLeast')).toBe('12.');
    expect(parseConditionValue('{{ inputs.price }}', 'atMost')).toBe('{{ inputs.price }}');
  });

  it('makes a list for "one of" and shows it as typed', () => {
    expect(parseConditionValue('red, blue,', 'oneOf')).toEqual(['red', 'blue', '']);
    expect(writeConditionValue(['red', 'blue', ''])).toBe('red, blue, ');
  });
});
