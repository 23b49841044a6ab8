import type { JsonObject } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { flow, registry } from '../../test/nodes.ts';
import { compileFlow, RUNTIME_CAPABILITIES } from '../compile/index.ts';
import { createHarness, type HarnessOptions } from '../test-kit/index.ts';
import { advance, startSnapshot } from './index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
type Nodes = Parameters<typeof flow>[0];

const texts = (h: ReturnType<typeof createHarness>) =>
  h.world.sent.map(({ action }) => ('message' in action && action.message.kind === 'text' ? action.message.text : ''));
const outputOf = (h: ReturnType<typeof createHarness>, node: string) => h.runs()[0]?.snapshot.outputs[node]?.output;

describe.each([
  { name: 'in one piece', options: {} },
  { name: 'dying after every event', options: { crashesAfterEveryEvent: true } },
] satisfies { name: string; options: HarnessOptions }[])('a loop, $name', ({ options }) => {
  const loop = (config: JsonObject, body: Nodes, edges: string[], more: object = {}) =>
    createHarness(flow({ s: ['start'], l: ['each', config], ...body }, ['s.out>l', ...edges]), registry, {
      ...options,
      ...more,
    });

  it('runs its body once per item, in order, and goes on once with the results', async () => {
    const h = loop(
      { items: ['a', 'b', 'c'] },
      { x: ['say', { text: '{{ input.item }}{{ nodes.l.number }}' }], z: ['say', { text: 'end' }] },
      ['l.each>x', 'l.done>z'],
    );
    await h.start();
    expect(texts(h)).toEqual(['a1', 'b2', 'c3', 'end']);
    expect(outputOf(h, 'l')).toMatchObject({ total: 3, succeeded: 3, failed: 0, isBroken: false });
    expect(outputOf(h, 'l')).toMatchObject({
      results: [
        { index: 0, status: 'succeeded', output: { text: 'a1' } },
        { index: 1, status: 'succeeded', output: { text: 'b2' } },
        { index: 2, status: 'succeeded', output: { text: 'c3' } },
      ],
    });
    expect(h.trace().at(-1)).toBe('run.succeeded');
  });

  it('is over at once without items', async () => {
    const h = loop({ items: [] }, { x: ['say', { text: 'x' }] }, ['l.each>x']);
    await h.start();
    expect(h.ports()).toEqual(['s.out', 'l.done']);
  });

  it('runs as many at a time as it may, results in the order of the items', async () => {
    const h = loop(
      { items: [5, 1, 3, 1], at: 2 },
      {
        w: ['wait', { ms: { $: 'input.item | times: 60000' } }],
        x: ['set', { name: 'v', value: { $: 'nodes.l.item' } }],
      },
      ['l.each>w', 'w.out>x'],
    );
    await h.start();
    const active = () => h.children().filter(({ snapshot }) => snapshot.status === 'waiting').length;
    expect(active()).toBe(2);
    await h.clock.advanceMs(MINUTE);
    expect([h.children().length, active()]).toEqual([3, 2]);
    await h.clock.advanceMs(4 * MINUTE);
    expect(outputOf(h, 'l')).toMatchObject({
      results: [5, 1, 3, 1].map((value, index) => ({ index, output: { value } })),
    });
  });

  it('reads trigger, variables and outputs from above, and changes only its own', async () => {
    const h = loop(
      { items: { $: 'trigger.list' } },
      {
        b: ['set', { name: 'v', value: 'before' }],
        x: ['say', { text: '{{ trigger.word }} {{ vars.v }} {{ nodes.b.value }}' }],
        y: ['set', { name: 'v', value: 'inside' }],
        z: ['say', { text: '{{ vars.v }}' }],
      },
      ['l.each>x', 'x.out>y', 'l.done>z'],
    );
    const h2 = createHarness(
      flow(
        {
          s: ['start'],
          b: ['set', { name: 'v', value: 'before' }],
          l: ['each', { items: { $: 'trigger.list' } }],
          x: ['say', { text: '{{ trigger.word }} {{ vars.v }} {{ nodes.b.value }}' }],
          y: ['set', { name: 'v', value: 'inside' }],
          z: ['say', { text: '{{ vars.v }}' }],
        },
        ['s.out>b', 'b.out>l', 'l.each>x', 'x.out>y', 'l.done>z'],
      ),
      registry,
      options,
    );
    expect(h.runs()).toEqual([]);
    await h2.start({ word: 'hi', list: [1, 2] });
    expect(texts(h2)).toEqual(['hi before before', 'hi before before', 'before']);
  });

  it('ends an item where the path comes back to the loop', async () => {
    const h = loop({ items: [1, 2] }, { x: ['say', { text: '{{ nodes.l.item }}' }] }, ['l.each>x', 'x.out>l']);
    await h.start();
    expect(texts(h)).toEqual(['1', '2']);
    expect(h.trace().at(-1)).toBe('run.succeeded');
  });

  it('leaves early when a body says so, and ends the others', async () => {
    const h = loop(
      { items: [1, 2, 3, 4], at: 2 },
      { w: ['wait', { ms: { $: 'input.item | times: 60000' } }], x: ['leave'] },
      ['l.each>w', 'w.out>x'],
    );
    await h.start();
    await h.clock.advanceMs(HOUR);
    expect(outputOf(h, 'l')).toMatchObject({ total: 4, succeeded: 1, isBroken: true });
    expect(h.children().map(({ snapshot }) => snapshot.status)).toEqual(['succeeded', 'cancelled']);
  });

  const failing: Nodes = {
    f: ['fork', { cases: [{ id: 'bad', title: 'Bad' }], take: '{{ input.item }}' }],
    x: ['fail', { how: 'never' }],
  };
  it('goes through all items although some fail, when it collects', async () => {
    const h = loop({ items: ['bad', 'otherwise', 'bad'], keeps: false }, failing, ['l.each>f', 'f.bad>x']);
    await h.start();
    expect(outputOf(h, 'l')).toMatchObject({ total: 3, succeeded: 1, failed: 2 });
    expect(outputOf(h, 'l')).toMatchObject({
      results: [
        { index: 0, status: 'failed', error: { code: 'PLATFORM_REFUSED', message: 'No.' } },
        { index: 2, status: 'failed' },
      ],
    });
  });

  it('stops at the first failure when told to, and ends the others', async () => {
    const h = loop(
      { items: ['otherwise', 'bad', 'otherwise'], fails: 'stop', at: 2 },
      { ...failing, w: ['wait', { ms: HOUR }] },
      ['l.each>f', 'f.bad>x', 'f.otherwise>w'],
    );
    await h.start();
    expect(outputOf(h, 'l')).toMatchObject({ total: 3, succeeded: 0, failed: 1 });
    expect(h.children().map(({ snapshot }) => snapshot.status)).toEqual(['cancelled', 'failed']);
  });

  it('leaves by "timeout" and ends what is still active', async () => {
    const h = loop({ items: [1], ms: MINUTE }, { w: ['wait', { ms: HOUR }] }, ['l.each>w']);
    await h.start();
    await h.clock.advanceMs(MINUTE);
    expect(h.ports()).toEqual(['s.out', 'l.timeout']);
    expect(h.children()[0]?.snapshot.status).toBe('cancelled');
  });

  it('ends its children when the run is cancelled', async () => {
    const h = loop({ items: [1, 2], at: 2 }, { w: ['wait', { ms: HOUR }] }, ['l.each>w']);
    await h.start();
    await h.cancel('run-1');
    expect(h.children().map(({ snapshot }) => snapshot.status)).toEqual(['cancelled', 'cancelled']);
  });

  it('does not make a join outside wait for its body', async () => {
    const h = createHarness(
      flow({ s: ['start'], l: ['each', { items: [1] }], x: ['say', { text: 'x' }], j: ['join', { need: 'all' }] }, [
        's.out>l',
        's.out>j',
        'l.each>x',
        'x.out>j',
      ]),
      registry,
      options,
    );
    await h.start();
    expect(h.trace().filter((line) => line.endsWith('.succeeded') && !line.startsWith('x'))).toContain('run.succeeded');
  });

  it.each([
    ['RUN_CHILDREN_LIMIT', { items: Array.from({ length: 1001 }, () => 1) }],
    ['OUTPUT_LIMIT', { items: ['x'.repeat(70_000)] }],
  ])('fails with %s', async (code, config) => {
    const h = loop(config, { x: ['say', { text: 'x' }] }, ['l.each>x']);
    await h.start();
    expect(h.runs()[0]?.snapshot).toMatchObject({ status: 'failed', error: { code } });
  });

  it('fails with OUTPUT_LIMIT when its results are too large, not when it does not keep them', async () => {
    for (const [keeps, status] of [
      [true, 'failed'],
      [false, 'succeeded'],
    ] as const) {
      const h = loop(
        { items: [1, 2, 3], keeps },
        { x: ['set', { name: 'v', value: 'x'.repeat(30_000) }] },
        ['l.each>x'],
        { crashesAfterEveryEvent: false },
      );
      await h.start();
      expect(h.runs()[0]?.snapshot.status).toBe(status);
    }
  });
});

describe.each([
  { name: 'in one piece', options: {} },
  { name: 'dying after every event', options: { crashesAfterEveryEvent: true } },
] satisfies { name: string; options: HarnessOptions }[])('a call of another flow, $name', ({ options }) => {
  const caller = flow(
    {
      s: ['start'],
      c: ['call', { flow: 'greet', give: { who: '{{ trigger.name }}' } }],
      z: ['say', { text: '{{ input.vars.length }}{{ input.code }}' }],
    },
    ['s.out>c', 'c.done>z', 'c.failed>z'],
  );

  it('gives it inputs and gets its last output and its variables', async () => {
    const greet = flow(
      {
        s: ['start'],
        a: ['say', { text: 'Hi {{ trigger.data.who }}/{{ inputs.who }}' }],
        b: ['set', { name: 'length', value: { $: 'trigger.data.who | size' } }],
      },
      ['s.out>a', 'a.out>b'],
      { inputs: { who: { type: 'text', label: 'Who' } } },
    );
    const h = createHarness(
      flow(
        {
          s: ['start'],
          c: ['call', { flow: 'greet', give: { who: '{{ trigger.name }}' } }],
          z: ['say', { text: '{{ input.vars.length }}' }],
        },
        ['s.out>c', 'c.done>z'],
      ),
      registry,
      { ...options, flows: { greet } },
    );
    await h.start({ name: 'Amina' });
    expect(texts(h)).toEqual(['Hi Amina/Amina', '5']);
    expect(outputOf(h, 'c')).toEqual({ output: { value: 5 }, vars: { length: 5 } });
  });

  it('learns that it failed, and that there is no such flow', async () => {
    const broken = flow({ s: ['start'], x: ['fail', { how: 'never' }] }, ['s.out>x']);
    for (const [flows, code] of [
      [{ greet: broken }, 'PLATFORM_REFUSED'],
      [{}, 'FLOW_NOT_PUBLISHED'],
    ] as const) {
      const h = createHarness(caller, registry, { ...options, flows });
      await h.start({ name: 'Amina' });
      expect(outputOf(h, 'c')).toEqual({ code });
    }
  });

  it('fails with RUN_DEPTH_LIMIT when a flow calls itself', async () => {
    const greet = flow({ s: ['start'], c: ['call', { flow: 'greet' }], x: ['say', { text: '{{ input.code }}' }] }, [
      's.out>c',
      'c.failed>x',
    ]);
    const h = createHarness(caller, registry, { ...options, flows: { greet }, crashesAfterEveryEvent: false });
    await h.start({ name: 'Amina' });
    expect(h.children()).toHaveLength(10);
    expect(texts(h)[0]).toBe('RUN_DEPTH_LIMIT');
  });
});

it('counts a child once, however often its end is told', () => {
  const document = flow({ s: ['start'], l: ['each', { items: [1, 2, 3] }], x: ['say', { text: 'x' }] }, [
    's.out>l',
    'l.each>x',
  ]);
  const { program } = compileFlow(document, registry, { capabilities: RUNTIME_CAPABILITIES });
  const started = advance(program, startSnapshot(1), { kind: 'started', node: 's', output: {}, atMs: 0 });
  const wait = {
    kind: 'children',
    start: { kind: 'body' },
    items: [1, 2, 3],
    concurrency: 1,
    onFailure: 'collect',
    keepsOutputs: true,
    dueAtMs: null,
  } as const;
  const parked = advance(program, started.snapshot, {
    kind: 'nodeSuspended',
    position: 'p1',
    wait: { ...wait, start: { kind: 'body' }, items: [1, 2, 3] },
    memo: null,
    atMs: 0,
  });
  expect(parked.children).toMatchObject([{ kind: 'startChild', index: 0, input: 1, total: 3 }]);
  const finished = {
    kind: 'childFinished',
    position: 'p1',
    index: 0,
    status: 'succeeded',
    output: 1,
    atMs: 1,
  } as const;
  const first = advance(program, parked.snapshot, finished);
  expect(first.children).toMatchObject([{ kind: 'startChild', index: 1 }]);
  const again = advance(program, first.snapshot, finished);
  expect(again.children).toEqual([]);
  expect(again.snapshot.positions).toEqual(first.snapshot.positions);
});
