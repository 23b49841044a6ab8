/** The node types of the language itself, in whole flows. */
import type { FlowDocument, FlowNode, JsonObject, JsonValue } from '@heddle/schemas';
import { createHarness, type HarnessOptions } from '@heddle/engine/test-kit';
import { createHandlerRegistry } from '@heddle/engine';
import { describe, expect, it } from 'vitest';
import { coreHandlers } from './handlers.ts';

const registry = createHandlerRegistry(coreHandlers);
const DAY = 86_400_000;

type TestNode = readonly [type: string, config?: JsonObject];

function flow(nodes: Record<string, TestNode>, edges: string[]): FlowDocument {
  const made = Object.entries(nodes).map(([id, [type, config = {}]]): [string, FlowNode] => [
    id,
    { type: `core/${type}`, v: 1, config },
  ]);
  return {
    formatVersion: 1,
    name: 'Test',
    nodes: Object.fromEntries(made),
    edges: edges.map((edge) => ({ from: edge.split('>')[0] ?? '', to: edge.split('>')[1] ?? '' })),
  };
}

const remember = (name: string, value: JsonValue): TestNode => ['set-fields', { values: [{ name, value }] }];
const forEach = (config: JsonObject): TestNode => [
  'for-each',
  { items: [], concurrency: 1, onFailure: 'collect', collects: true, ...config },
];
const week = { timeout: { amount: 7, unit: 'days' } };

describe.each([
  { name: 'in one piece', options: {} },
  { name: 'dying after every event', options: { crashesAfterEveryEvent: true } },
] satisfies { name: string; options: HarnessOptions }[])('a flow, $name', ({ options }) => {
  it('goes through a list and leaves it early', async () => {
    const h = createHarness(
      flow(
        {
          s: ['manual'],
          l: forEach({ items: '{{ trigger.data.numbers }}' }),
          c: [
            'condition',
            { condition: { match: 'all', rules: [{ field: 'input.item', operator: 'atLeast', value: 3 }] } },
          ],
          b: ['break'],
        },
        ['s.matched>l', 'l.each>c', 'c.yes>b'],
      ),
      registry,
      options,
    );
    await h.start({ data: { numbers: [1, 2, 3, 4] } }, 's');
    expect(h.runs()[0]?.snapshot.outputs['l']).toMatchObject({
      port: 'done',
      output: { total: 4, succeeded: 3, failed: 0, isBroken: true },
    });
  });

  it('asks for an approval and goes on either way', async () => {
    const document = flow(
      { s: ['manual'], a: ['wait-for-approval', { title: 'Publish?', text: '', ...week }], d: ['stop', {}] },
      ['s.matched>a', 'a.approved>d'],
    );
    const h = createHarness(document, registry, options);
    await h.start({}, 's');
    await h.decide('approved', 'Amina');
    expect(h.runs()[0]?.snapshot.outputs['a']).toEqual({ port: 'approved', output: { by: 'Amina', note: null } });
    const late = createHarness(document, registry, options);
    await late.start({}, 's');
    await late.clock.advanceMs(7 * DAY);
    expect(late.ports()).toEqual(['s.matched', 'a.timeout']);
  });

  it('waits for an event with its key', async () => {
    const h = createHarness(
      flow({ s: ['manual'], e: ['wait-for-event', { name: 'order.paid', key: '{{ trigger.data.order }}', ...week }] }, [
        's.matched>e',
      ]),
      registry,
      options,
    );
    await h.start({ data: { order: 'A7' } }, 's');
    expect(await h.report('order.paid', 'B1')).toBe(0);
    expect(await h.report('order.paid', 'A7', { amount: 250 })).toBe(1);
    expect(h.runs()[0]?.snapshot.outputs['e']).toEqual({ port: 'arrived', output: { data: { amount: 250 } } });
  });

  it('calls another flow and gets its variables', async () => {
    const double = flow({ s: ['manual'], v: remember('twice', '{{ trigger.data.n | times: 2 }}') }, ['s.matched>v']);
    const h = createHarness(
      flow({ s: ['manual'], c: ['call-flow', { flow: 'double', inputs: { n: '{{ trigger.data.n }}' } }] }, [
        's.matched>c',
      ]),
      registry,
      { ...options, flows: { double } },
    );
    await h.start({ data: { n: 21 } }, 's');
    expect(h.runs()[0]?.snapshot.outputs['c']).toMatchObject({ port: 'done', output: { vars: { twice: 42 } } });
  });

  it('fails with RUN_CHILD_FAILED when the flow it calls is not there, or an item fails and it is to stop', async () => {
    const call = flow({ s: ['manual'], c: ['call-flow', { flow: 'nowhere' }] }, ['s.matched>c']);
    const loop = flow(
      { s: ['manual'], l: forEach({ items: [1], onFailure: 'stop' }), x: remember('v', '{{ nodes.l.nothing }}') },
      ['s.matched>l', 'l.each>x'],
    );
    for (const document of [call, loop]) {
      const h = createHarness(document, registry, options);
      await h.start({}, 's');
      expect(h.runs()[0]?.snapshot).toMatchObject({ status: 'failed', error: { code: 'RUN_CHILD_FAILED' } });
    }
  });
});
