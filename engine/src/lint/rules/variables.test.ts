import { describe, expect, it } from 'vitest';
import { expectFix } from '../../../test/expect-fix.ts';
import { lintable, lintOf } from '../../../test/lint-nodes.ts';

const set = (...names: string[]) =>
  ['core/set-fields', { values: names.map((name) => ({ name, value: 'x' })) }] as const;

describe('variables', () => {
  it('that are set and never read are told, and can be dropped', () => {
    const flow = lintable({ m: ['message'], v: set('size', 'colour'), c: ['send', { text: '{{ vars.colour }}' }] }, [
      'm.out>v',
      'v.done>c',
    ]);
    expect(lintOf(flow).issues).toMatchObject([{ code: 'variable.unused', node: 'v' }]);
    expect(expectFix(flow, 'variable.unused').nodes['v']?.config['values']).toEqual([{ name: 'colour', value: 'x' }]);
  });

  it('that an answer is saved to count too', () => {
    const flow = lintable({ m: ['message'], q: ['ask', { saveTo: 'variable', saveName: 'city' }] }, ['m.out>q']);
    expect(lintOf(flow).codes).toEqual(['variable.unused']);
    expect(expectFix(flow, 'variable.unused').nodes['q']?.config['saveTo']).toBe('nothing');
  });

  it('that are read and never set are told, with the one that was meant', () => {
    const flow = lintable(
      { m: ['message'], v: set('colour'), c: ['send', { text: '{{ vars.color }} {{ vars.colour }}' }] },
      ['m.out>v', 'v.done>c'],
    );
    const { issues } = lintOf(flow);
    expect(issues).toMatchObject([{ code: 'variable.neverSet', node: 'c' }]);
    expect(issues[0]?.message).toContain('Did you mean "colour"?');
    expect(expectFix(flow, 'variable.neverSet').nodes['c']?.config['text']).toBe('{{ vars.colour }} {{ vars.colour }}');
  });

  it('that are read by a computed name may be any', () => {
    const flow = lintable({ m: ['message'], v: set('a'), c: ['send', { text: '{{ vars[trigger.text] }}' }] }, [
      'm.out>v',
      'v.done>c',
    ]);
    expect(lintOf(flow).codes).toEqual([]);
  });
});
