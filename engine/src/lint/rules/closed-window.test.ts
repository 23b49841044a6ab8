import { describe, expect, it } from 'vitest';
import { expectFix } from '../../../test/expect-fix.ts';
import { lintable, lintOf } from '../../../test/lint-nodes.ts';

const delay = (amount: number, unit: string) => ['core/delay', { mode: 'for', duration: { amount, unit } }] as const;

describe('a window that will have closed', () => {
  it('is found after waits that together are too long, and the longest can be cut', () => {
    const flow = lintable({ m: ['message'], a: delay(2, 'days'), b: delay(3, 'hours'), c: ['send'] }, [
      'm.out>a',
      'a.done>b',
      'b.done>c',
    ]);
    const { issues } = lintOf(flow);
    expect(issues).toMatchObject([{ code: 'window.mayBeClosed', node: 'c' }]);
    expect(issues[0]?.message).toContain('51 hours');
    expect(expectFix(flow, 'window.mayBeClosed').nodes['a']?.config['duration']).toEqual({ amount: 20, unit: 'hours' });
  });

  it('is found on the worst of several paths', () => {
    const flow = lintable({ m: ['message'], a: delay(30, 'hours'), c: ['send'] }, ['m.out>c', 'm.out>a', 'a.done>c']);
    expect(lintOf(flow).codes).toEqual(['window.mayBeClosed']);
  });

  it('goes by the usual longest time where the config does not say', () => {
    const flow = lintable({ m: ['message'], a: ['core/delay', { mode: 'until' }], c: ['send'] }, [
      'm.out>a',
      'a.done>c',
    ]);
    expect(lintOf(flow).codes).toEqual(['window.mayBeClosed']);
  });

  it('is found in a circle that adds up, however short its wait', () => {
    const flow = lintable({ m: ['message'], a: delay(1, 'seconds'), c: ['send'] }, ['m.out>a', 'a.done>c', 'c.sent>a']);
    expect(lintOf(flow).codes).toEqual(['window.mayBeClosed']);
  });

  it.each([
    ['the waits are short', { a: delay(20, 'hours') }, ['m.out>a', 'a.done>c']],
    ['an answer comes in between', { a: delay(2, 'days'), q: ['ask'] }, ['m.out>a', 'a.done>q', 'q.answered>c']],
    ['the exit is connected', { a: delay(2, 'days'), x: ['core/stop'] }, ['m.out>a', 'a.done>c', 'c.windowClosed>x']],
  ] as const)('is no matter when %s', (_name, more, edges) => {
    expect(lintOf(lintable({ m: ['message'], c: ['send'], ...more }, edges)).codes).toEqual([]);
  });

  it('counts on after an answer that did not come', () => {
    const flow = lintable({ m: ['message'], a: delay(23.5, 'hours'), q: ['ask'], c: ['send'] }, [
      'm.out>a',
      'a.done>q',
      'q.timeout>c',
    ]);
    expect(lintOf(flow).codes).toEqual(['window.mayBeClosed']);
  });
});
