import { describe, expect, it } from 'vitest';
import { lintable, lintOf } from '../../../test/lint-nodes.ts';

const flow = (match: string, keywords: string[]) =>
  lintable({ k: ['comment', { match, keywords, connection: '@shop' }], r: ['reply', { variations: ['Hello'] }] }, [
    'k.out>r',
  ]);

describe('the words of a trigger', () => {
  it.each([['['], ['(?=a)b'], ['\\1']])('are refused when the pattern %s cannot be read', (pattern) => {
    expect(lintOf(flow('regex', ['price', pattern])).issues).toMatchObject([
      { code: 'trigger.words', severity: 'error', node: 'k', path: '/nodes/k/config/keywords/1' },
    ]);
  });

  it('are asked for when there are none', () => {
    expect(lintOf(flow('word', [])).codes).toEqual(['trigger.words']);
  });

  it('may be anything that can be read, come from an input, or be absent when any text will do', () => {
    expect(lintOf(flow('regex', ['pri(c|z)e\\?'])).codes).toEqual([]);
    expect(lintOf(flow('regex', ['{{ inputs.word }}'])).codes).not.toContain('trigger.words');
    expect(lintOf(flow('any', [])).codes).not.toContain('trigger.words');
  });
});
