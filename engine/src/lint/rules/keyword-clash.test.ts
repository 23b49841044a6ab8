import { describe, expect, it } from 'vitest';
import type { FlowSettings, JsonObject } from '@heddle/schemas';
import { expectFix } from '../../../test/expect-fix.ts';
import { lintable, lintOf } from '../../../test/lint-nodes.ts';
import type { OtherFlow } from '../facts.ts';

const own = (config: JsonObject, settings?: FlowSettings) =>
  lintable(
    { m: ['message', { connection: '@shop', ...config }], c: ['send'] },
    ['m.out>c'],
    settings ? { settings } : {},
  );
const other = (config: JsonObject, more: Partial<OtherFlow> = {}): OtherFlow => ({
  id: 'f2',
  name: 'Old prices',
  priority: 50,
  liveSinceMs: 1000,
  triggers: [{ type: 'test/message', config }],
  ...more,
});
const price = { match: 'word', keywords: ['Price', 'cost'] };

describe('a clash with another live flow', () => {
  it.each([
    [
      'more exact',
      own({ match: 'word', keywords: ['PRÍCE'] }),
      other({ match: 'contains', keywords: ['price'] }),
      'This flow gets it: its trigger is more exact',
    ],
    ['less exact', own({ match: 'any' }), other(price), '"Old prices" gets it: its trigger is more exact'],
    ['of higher priority', own(price, { priority: 60 }), other(price), 'This flow gets it: its priority is 60'],
    ['younger', own(price), other(price), '"Old prices" gets it: it has been live for longer'],
  ] as const)('says who wins and why when this flow is %s', (_name, flow, rival, text) => {
    const { issues } = lintOf(flow, { otherFlows: [rival] });
    expect(issues).toMatchObject([{ code: 'trigger.clash', node: 'm' }]);
    expect(issues[0]?.message).toContain(text);
  });

  it('is found by the words that the owner filled in', () => {
    const flow = {
      ...own({ match: 'word', keywords: ['{{ inputs.word }}'] }),
      inputs: { word: { type: 'text', label: 'Word', default: 'price' } },
    } as const;
    const clashes = (inputs: JsonObject) => lintOf(flow, { inputs, otherFlows: [other(price)] }).issues.length;
    expect([clashes({}), clashes({ word: 'Cost' }), clashes({ word: 'size' })]).toEqual([1, 1, 0]);
  });

  it('can be won by a higher priority', () => {
    const fixed = expectFix(own(price), 'trigger.clash', { otherFlows: [other(price)] });
    expect(fixed.settings).toEqual({ priority: 51 });
  });

  it.each([
    ['other words', own(price), other({ match: 'word', keywords: ['hello'] }), {}],
    ['another kind of event', own(price), other(price, { triggers: [{ type: 'test/comment', config: price }] }), {}],
    [
      'another account',
      own(price),
      other(price, { triggers: [{ type: 'test/message', config: price, connectionId: 'c2' }] }),
      { connections: { shop: 'c1' } },
    ],
    [
      'other posts',
      own({ ...price, posts: 'chosen', mediaIds: ['1'] }),
      other({ ...price, posts: 'chosen', mediaIds: ['2'] }),
      {},
    ],
  ] as const)('is not there with %s', (_name, flow, rival, facts) => {
    expect(lintOf(flow, { otherFlows: [rival], ...facts }).codes).toEqual([]);
  });
});
