import { describe, expect, it } from 'vitest';
import { flow, registry } from '../../test/nodes.ts';
import { createHarness, type HarnessOptions } from '../test-kit/index.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
type Nodes = Parameters<typeof flow>[0];

const say = (text: string): Nodes[string] => ['say', { text }];
const wait = (ms: number): Nodes[string] => ['wait', { ms }];

describe.each([
  { name: 'in one piece', options: {} },
  { name: 'dying after every event', options: { crashesAfterEveryEvent: true } },
] satisfies { name: string; options: HarnessOptions }[])('paths that join, $name', ({ options }) => {
  const play = async (nodes: Nodes, edges: string[], ms = 2 * DAY) => {
    const h = createHarness(flow({ s: ['start'], ...nodes }, edges), registry, options);
    await h.start();
    await h.clock.advanceMs(ms);
    return h;
  };

  it('wait for all, and go on once with what each brought', async () => {
    const h = await play(
      { a: ['set', { name: 'x', value: { from: 'a' } }], b: wait(MINUTE), m: ['join', { need: 'all' }], z: say('z') },
      ['s.out>a', 's.out>b', 'a.out>m', 'b.out>m', 'm.out>z'],
    );
    expect(h.ports()).toEqual(['s.out', 'a.out', 'b.out', 'm.out', 'z.out']);
    expect(h.runs()[0]?.snapshot.outputs['m']?.output).toEqual({
      inputs: [{ value: { from: 'a' } }, { waited: true }],
    });
    expect(h.runs()[0]?.snapshot.status).toBe('succeeded');
  });

  it('do not wait for a branch that ended elsewhere', async () => {
    const h = await play(
      {
        a: say('a'),
        b: ['fork', { cases: [{ id: 'on', title: 'On' }], take: 'otherwise' }],
        m: ['join', { need: 'all' }],
        z: say('z'),
      },
      ['s.out>a', 's.out>b', 'a.out>m', 'b.on>m', 'm.out>z'],
    );
    expect(h.ports()).toEqual(['s.out', 'a.out', 'b.otherwise', 'm.out', 'z.out']);
  });

  it('do not wait for a branch that failed into another exit', async () => {
    const h = await play({ a: say('a'), f: ['fail', { how: 'never' }], x: say('x'), m: ['join', { need: 'all' }] }, [
      's.out>f',
      's.out>a',
      'a.out>m',
      'f.out>m',
      'f.error>x',
    ]);
    expect(h.ports()).toEqual(['s.out', 'f.error', 'a.out', 'x.out', 'm.out']);
    expect(h.trace().at(-1)).toBe('run.succeeded');
  });

  it('wait for a branch that may still come, as long as it takes', async () => {
    const h = await play({ a: say('a'), q: ['ask', { ms: null, mergeMs: 0 }], m: ['join', { need: 'all' }] }, [
      's.out>a',
      's.out>q',
      'a.out>m',
      'q.answered>m',
    ]);
    expect(h.runs()[0]?.snapshot.status).toBe('waiting');
    await h.deliver({ kind: 'test/message', data: { text: 'hello' } });
    expect(h.ports()).toEqual(['s.out', 'a.out', 'q.answered', 'm.out']);
  });

  it('go on with the first; the others end where it went on', async () => {
    const h = await play(
      { a: wait(DAY), b: wait(MINUTE), c: wait(2 * MINUTE), m: ['join', { need: 1 }], z: say('z') },
      ['s.out>a', 's.out>b', 's.out>c', 'a.out>m', 'b.out>m', 'c.out>m', 'm.out>z'],
    );
    expect(h.world.sent).toHaveLength(1);
    expect(h.ports()).toEqual(['s.out', 'b.out', 'm.out', 'z.out', 'c.out', 'a.out']);
    expect(h.trace().at(-1)).toBe('run.succeeded');
  });

  it('go on with two of three', async () => {
    const h = await play(
      { a: wait(DAY), b: wait(MINUTE), c: wait(2 * MINUTE), m: ['join', { need: 2 }], z: say('z') },
      ['s.out>a', 's.out>b', 's.out>c', 'a.out>m', 'b.out>m', 'c.out>m', 'm.out>z'],
    );
    expect(h.ports()).toEqual(['s.out', 'b.out', 'c.out', 'm.out', 'z.out', 'a.out']);
  });

  it('say when too few can come', async () => {
    const h = await play({ a: say('a'), m: ['join', { need: 2 }], z: say('few') }, ['s.out>a', 'a.out>m', 'm.few>z']);
    expect(h.ports()).toEqual(['s.out', 'a.out', 'm.few', 'z.out']);
  });

  it('stop waiting when the time is over, and late ones end', async () => {
    const h = await play(
      { a: say('a'), b: wait(DAY), m: ['join', { need: 'all', ms: MINUTE }], y: say('late'), z: say('on time') },
      ['s.out>a', 's.out>b', 'a.out>m', 'b.out>m', 'm.timeout>y', 'm.out>z'],
    );
    expect(h.ports()).toEqual(['s.out', 'a.out', 'm.timeout', 'y.out', 'b.out']);
    expect(h.trace().at(-1)).toBe('run.succeeded');
  });

  it('do not fire a limit that was not needed', async () => {
    const h = await play({ a: say('a'), b: wait(1000), m: ['join', { need: 'all', ms: MINUTE }], w: wait(DAY) }, [
      's.out>a',
      's.out>b',
      'a.out>m',
      'b.out>m',
      'm.out>w',
    ]);
    expect(h.ports()).toEqual(['s.out', 'a.out', 'b.out', 'm.out', 'w.out']);
  });

  it('join again in every round of a circle', async () => {
    const h = await play(
      {
        a: say('a'),
        b: wait(MINUTE),
        m: ['join', { need: 1 }],
        n: ['join', { need: 'all' }],
        r: ['fork', { cases: [], take: 'otherwise' }],
        w: wait(DAY),
      },
      ['s.out>a', 'a.out>m', 'a.out>b', 'b.out>m', 'm.out>w', 'w.out>a'],
      3 * DAY + MINUTE,
    );
    expect(h.world.sent).toHaveLength(4);
    expect(h.ports().filter((port) => port === 'm.out')).toHaveLength(4);
  });

  it('let one join come before the other', async () => {
    const h = await play(
      { a: say('a'), b: wait(MINUTE), m: ['join', { need: 'all' }], n: ['join', { need: 'all' }], z: say('z') },
      ['s.out>a', 's.out>b', 'a.out>m', 'b.out>m', 'a.out>n', 'm.out>n', 'n.out>z'],
    );
    expect(h.ports()).toEqual(['s.out', 'a.out', 'b.out', 'm.out', 'n.out', 'z.out']);
  });

  it('do not wait for one another for ever', async () => {
    const h = await play({ a: say('a'), b: say('b'), m: ['join', { need: 2 }], n: ['join', { need: 2 }] }, [
      's.out>a',
      's.out>b',
      'a.out>m',
      'b.out>n',
      'm.few>n',
      'n.out>m',
    ]);
    expect(h.ports()).toEqual(['s.out', 'a.out', 'b.out', 'm.few', 'n.out', 'm.few', 'n.few']);
    expect(h.trace().at(-1)).toBe('run.succeeded');
  });

  it('fail with OUTPUT_LIMIT when together they bring too much', async () => {
    const big = (name: string): Nodes[string] => ['set', { name, value: name.repeat(40_000) }];
    const h = await play({ a: big('a'), b: big('b'), m: ['join', { need: 'all' }] }, [
      's.out>a',
      's.out>b',
      'a.out>m',
      'b.out>m',
    ]);
    expect(h.runs()[0]?.snapshot).toMatchObject({ status: 'failed', error: { code: 'OUTPUT_LIMIT' } });
  });
});
