import { describe, expect, it } from 'vitest';
import { expectFix } from '../../../test/expect-fix.ts';
import { lintable, lintOf } from '../../../test/lint-nodes.ts';

const flow = (text: string) =>
  lintable({ m: ['message'], q: ['ask'], c: ['send', { text }] }, ['m.out>q', 'q.answered>c']);

describe('values of triggers and nodes', () => {
  it.each([
    ['{{ trigger.keywrd }}', '{{ trigger.keyword }}'],
    ['Hi {{ nodes.q.txt | upcase }}', 'Hi {{ nodes.q.text | upcase }}'],
  ])('that no exit carries are told, with the one that was meant: %s', (text, fixed) => {
    expect(lintOf(flow(text)).issues).toMatchObject([
      { code: 'template.unknownField', node: 'c', path: '/nodes/c/config/text' },
    ]);
    expect(expectFix(flow(text), 'template.unknownField').nodes['c']?.config['text']).toBe(fixed);
  });

  it('that nothing is like are told with what there is', () => {
    expect(lintOf(flow('{{ trigger.commentId }}')).issues[0]?.message).toContain('It has: text, keyword.');
  });

  it('that are there are fine, also those of a failed node', () => {
    expect(lintOf(flow('{{ trigger.text }} {{ nodes.q.text }} {{ nodes.q.message }} {{ trigger }}')).codes).toEqual([]);
  });

  it('are known by any of several triggers', () => {
    const two = lintable(
      { m: ['message'], k: ['comment'], r: ['reply', { variations: ['{{ trigger.commentId }}'] }] },
      ['m.out>r', 'k.out>r'],
    );
    expect(lintOf(two).codes).toEqual([]);
  });
});
