import { describe, expect, it } from 'vitest';
import { lintable, lintOf } from '../../../test/lint-nodes.ts';

const document = lintable({ m: ['message'], a: ['send', { parts: ['one', 'two'] }], b: ['send'] }, [
  'm.out>a',
  'a.sent>b',
]);

describe('the rate forecast', () => {
  it('tells when the busiest hour would send more than is allowed', () => {
    const facts = { startsPerHour: 100, sendsPerHour: { test: 200 } };
    const { issues } = lintOf(document, facts);
    expect(issues).toMatchObject([{ code: 'rate.tooMany' }]);
    expect(issues[0]?.message).toContain('up to 300 times an hour; test allows 200');
    const { fix } = issues[0] ?? {};
    expect(fix?.operations).toEqual([{ kind: 'setSettings', settings: { cooldownMs: 86_400_000 } }]);
  });

  it('is silent when there is room, and when nothing is known', () => {
    expect(lintOf(document, { startsPerHour: 60, sendsPerHour: { test: 200 } }).codes).toEqual([]);
    expect(lintOf(document).codes).toEqual([]);
  });
});
