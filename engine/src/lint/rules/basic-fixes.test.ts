import { describe, expect, it } from 'vitest';
import { expectFix } from '../../../test/expect-fix.ts';
import { lintable } from '../../../test/lint-nodes.ts';

const shop = { shop: { platform: 'test', label: 'Shop' } };

describe('what validation finds can be fixed by a click', () => {
  const nodes = { m: ['message'], a: ['send', { connection: '@shop' }] } as const;
  it.each([
    ['edge.duplicate', lintable(nodes, ['m.out>a', 'm.out>a'])],
    ['edge.targetMissing', lintable(nodes, ['m.out>a', 'm.out>gone'])],
    ['edge.sourceMissing', lintable(nodes, ['m.out>a', 'gone.out>a'])],
    ['edge.portUnknown', lintable(nodes, ['m.out>a', 'a.nowhere>a'])],
    ['edge.intoTrigger', lintable(nodes, ['m.out>a', 'a.sent>m'])],
    ['node.unreachable', lintable({ ...nodes, b: ['send'] }, ['m.out>a'])],
    ['flow.circleWithoutWait', lintable({ m: ['message'], r: ['reply', { variations: [] }] }, ['m.out>r', 'r.sent>r'])],
    ['slot.unused', lintable({ m: ['message'], x: ['core/stop'] }, ['m.out>x'], { connections: shop })],
    [
      'input.unused',
      lintable(nodes, ['m.out>a'], { connections: shop, inputs: { word: { type: 'text', label: 'Word' } } }),
    ],
    [
      'slot.missing',
      lintable({ m: ['message'], a: ['send', { connection: '@shp' }] }, ['m.out>a'], { connections: shop }),
    ],
    ['slot.missing', lintable({ m: ['message'], a: ['send', { connection: '@mine' }] }, ['m.out>a'])],
    ['slot.notChosen', lintable({ m: ['message'], a: ['send', { connection: '' }] }, ['m.out>a'])],
  ])('%s', (code, document) => {
    const fixed = expectFix(document, code);
    expect(fixed).not.toEqual(document);
  });
});
