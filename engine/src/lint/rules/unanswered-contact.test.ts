import { describe, expect, it } from 'vitest';
import { expectFix } from '../../../test/expect-fix.ts';
import { lintable, lintOf } from '../../../test/lint-nodes.ts';

describe('a message to somebody who has not answered', () => {
  it('is one that follows a private reply at once', () => {
    const flow = lintable({ k: ['comment'], p: ['private-reply'], c: ['send'] }, ['k.out>p', 'p.sent>c']);
    const { issues } = lintOf(flow);
    expect(issues).toMatchObject([{ code: 'window.notOpened', node: 'c' }]);
    expect(issues[0]?.message).toContain('"Private reply"');
    expectFix(flow, 'window.notOpened');
  });

  it('is one that follows a comment', () => {
    expect(lintOf(lintable({ k: ['comment'], c: ['send'] }, ['k.out>c'])).codes).toEqual(['window.notOpened']);
  });

  it.each([
    [
      'they answered',
      { k: ['comment'], p: ['private-reply'], q: ['ask'], c: ['send'] },
      ['k.out>p', 'p.sent>q', 'q.answered>c'],
    ],
    ['they wrote first', { m: ['message'], c: ['send'] }, ['m.out>c']],
    ['nothing is known about anybody', { h: ['core/manual'], c: ['send'] }, ['h.out>c']],
  ] as const)('is no matter when %s', (_name, nodes, edges) => {
    expect(lintOf(lintable(nodes, edges)).codes).toEqual([]);
  });

  it('is also the second private reply to one comment', () => {
    const nodes = { k: ['comment'], p: ['private-reply'], o: ['private-reply'] } as const;
    const flow = lintable(nodes, ['k.out>p', 'p.sent>o']);
    expect(lintOf(flow).issues).toMatchObject([{ code: 'privateReply.second', node: 'o' }]);
    expectFix(flow, 'privateReply.second');
    expect(
      lintOf(lintable({ ...nodes, o: ['private-reply', { commentId: 'x' }] }, ['k.out>p', 'p.sent>o'])).codes,
    ).toEqual([]);
    expect(lintOf(lintable(nodes, ['k.out>p', 'k.out>o'])).codes).toEqual([]);
  });
});
