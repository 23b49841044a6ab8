import { describe, expect, it } from 'vitest';
import { expectFix } from '../../../test/expect-fix.ts';
import { lintable, lintOf } from '../../../test/lint-nodes.ts';

const flow = (match: string, ...variations: string[]) =>
  lintable({ k: ['comment', { match, keywords: ['price'], connection: '@shop' }], r: ['reply', { variations }] }, [
    'k.out>r',
  ]);

describe('a reply that triggers its own flow', () => {
  it('is one that says the word, and can be dropped when there are others', () => {
    const found = flow('word', 'Sent you a message!', 'The PRICE is on its way');
    expect(lintOf(found).issues).toMatchObject([
      { code: 'reply.triggersItself', node: 'r', path: '/nodes/r/config/variations/1' },
    ]);
    expect(expectFix(found, 'reply.triggersItself').nodes['r']?.config['variations']).toEqual(['Sent you a message!']);
  });

  it('is not one that does not, nor one that must be exactly the word', () => {
    expect(lintOf(flow('word', 'Sent you a message!')).codes).toEqual([]);
    expect(lintOf(flow('exact', 'The price is on its way')).codes).toEqual([]);
  });
});
