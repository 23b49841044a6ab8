import type { RunEvent, RunSnapshot } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { flow, registry } from '../../test/nodes.ts';
import { compileFlow } from '../compile/index.ts';
import { createHarness, type HarnessOptions } from '../test-kit/index.ts';
import { advance, LIMITS, snapshotBytes, startSnapshot } from './index.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe.each([
  { name: 'in one piece', options: {} },
  { name: 'dying after every event', options: { crashesAfterEveryEvent: true } },
] satisfies { name: string; options: HarnessOptions }[])('a run $name', ({ options }) => {
  it('follows edges, and several edges from one port in edge order', async () => {
    const h = createHarness(
      flow({ s: ['start'], a: ['say', { text: 'a' }], b: ['say', { text: 'b' }], c: ['say', { text: 'c' }] }, [
        's.out>b',
        's.out>a',
        'a.out>c',
      ]),
      registry,
      options,
    );
    await h.start();
    expect(h.trace()).toEqual([
      'b.started',
      'b.succeeded',
      'a.started',
      'a.succeeded',
      'c.started',
      'c.succeeded',
      'run.succeeded',
    ]);
  });

  it('succeeds at once when the trigger leads nowhere', async () => {
    const h = createHarness(flow({ s: ['start'] }, []), registry, options);
    await h.start();
    expect(h.trace()).toEqual(['run.succeeded']);
  });

  it('parks for a time and goes on when it is over, not before', async () => {
    const h = createHarness(
      flow({ s: ['start'], w: ['wait', { ms: MINUTE }], a: ['say', { text: 'late' }] }, ['s.out>w', 'w.out>a']),
      registry,
      options,
    );
    await h.start();
    expect(h.runs()[0]?.snapshot.status).toBe('waiting');
    h.restart();
    await h.clock.advanceMs(MINUTE - 1);
    expect(h.world.sent).toEqual([]);
    await h.clock.advanceMs(1);
    expect(h.trace()).toEqual([
      'w.started',
      'w.suspended',
      'w.resumed',
      'w.succeeded',
      'a.started',
      'a.succeeded',
      'run.succeeded',
    ]);
  });

  it('takes an answer, and the wait does not fire afterwards', async () => {
    const h = createHarness(
      flow({ s: ['start'], q: ['ask', { ms: DAY, mergeMs: 0 }], a: ['say', { text: 'You said {{ input.text }}' }] }, [
        's.out>q',
        'q.answered>a',
      ]),
      registry,
      options,
    );
    await h.start();
    await h.deliver({ kind: 'test/message', data: { text: 'blue' } });
    await h.clock.advanceMs(2 * DAY);
    expect(h.world.sent.map((sent) => sent.action)).toMatchObject([{ message: { text: 'You said blue' } }]);
    expect(h.trace().at(-1)).toBe('run.succeeded');
  });

  it('leaves by "timeout" when nobody answers', async () => {
    const h = createHarness(
      flow({ s: ['start'], q: ['ask', { ms: DAY, mergeMs: 0 }], a: ['say', { text: 'Still there?' }] }, [
        's.out>q',
        'q.timeout>a',
      ]),
      registry,
      options,
    );
    await h.start();
    await h.clock.advanceMs(DAY);
    expect(h.ports()).toEqual(['s.out', 'q.timeout', 'a.out']);
  });

  it('counts a burst of messages as one answer', async () => {
    const h = createHarness(
      flow({ s: ['start'], q: ['ask', { ms: DAY, mergeMs: 3000 }] }, ['s.out>q']),
      registry,
      options,
    );
    await h.start();
    for (const text of ['I would', 'like', 'the red one']) {
      await h.deliver({ kind: 'test/message', data: { text } });
      await h.clock.advanceMs(2000);
    }
    expect(h.runs()[0]?.snapshot.status).toBe('waiting');
    await h.clock.advanceMs(1000);
    expect(h.runs()[0]?.snapshot.outputs['q']?.output).toMatchObject({ text: 'I would\nlike\nthe red one', parts: 3 });
  });

  it('takes a tapped answer without waiting for more', async () => {
    const h = createHarness(
      flow({ s: ['start'], q: ['ask', { ms: DAY, mergeMs: 3000 }] }, ['s.out>q']),
      registry,
      options,
    );
    await h.start();
    await h.deliver({ kind: 'test/postback', data: { title: 'Red', payload: 'red' } });
    expect(h.runs()[0]?.snapshot.outputs['q']?.output).toMatchObject({ text: 'Red', payload: 'red' });
  });

  it('retries with growing pauses and then goes on', async () => {
    const h = createHarness(
      flow(
        { s: ['start'], f: ['fail', { times: 2 }, { retry: { attempts: 3, backoff: 'exponential', baseMs: 1000 } }] },
        ['s.out>f'],
      ),
      registry,
      options,
    );
    await h.start();
    await h.clock.advanceMs(749);
    expect(h.trace()).toEqual(['f.started', 'f.failed']);
    await h.clock.advanceMs(501);
    expect(h.trace()).toEqual(['f.started', 'f.failed', 'f.retried', 'f.failed']);
    await h.clock.advanceMs(2500);
    expect(h.trace().slice(4)).toEqual(['f.retried', 'f.succeeded', 'run.succeeded']);
  });

  it('does not retry what cannot get better, nor without a policy', async () => {
    const policy = { retry: { attempts: 3, backoff: 'constant' as const, baseMs: 1000 } };
    for (const node of [
      ['fail', { how: 'never' }, policy],
      ['fail', { how: 'backoff' }],
    ] satisfies Parameters<typeof flow>[0][string][]) {
      const h = createHarness(flow({ s: ['start'], f: node }, ['s.out>f']), registry, options);
      await h.start();
      expect(h.trace()).toEqual(['f.started', 'f.failed', 'run.failed']);
    }
  });

  it('waits for the moment that the platform names, without any policy', async () => {
    const h = createHarness(
      flow({ s: ['start'], f: ['fail', { how: 'after', times: 1 }] }, ['s.out>f']),
      registry,
      options,
    );
    await h.start();
    await h.clock.advanceMs(MINUTE - 1);
    expect(h.trace()).toEqual(['f.started', 'f.failed']);
    await h.clock.advanceMs(1);
    expect(h.trace().at(-1)).toBe('run.succeeded');
  });

  it('leaves by "error" and hands the error on along the path', async () => {
    const nodes = {
      s: ['start'],
      f: ['fail', { how: 'never' }],
      x: ['set', { name: 'seen', value: 1 }],
      a: ['say', { text: '{{ error.code }} {{ error.node }}' }],
    } satisfies Parameters<typeof flow>[0];
    const h = createHarness(flow(nodes, ['s.out>f', 'f.error>x', 'x.out>a']), registry, options);
    await h.start();
    expect(h.world.sent.map((sent) => sent.action)).toMatchObject([{ message: { text: 'PLATFORM_REFUSED f' } }]);
    expect(h.trace().at(-1)).toBe('run.succeeded');
  });

  it('fails the run at an unconnected "error" and cancels the other waits', async () => {
    const h = createHarness(
      flow({ s: ['start'], w: ['wait', { ms: DAY }], f: ['fail', { how: 'crash' }] }, ['s.out>w', 's.out>f']),
      registry,
      options,
    );
    await h.start();
    const [run] = h.runs();
    expect(run?.snapshot.status).toBe('failed');
    expect(run?.snapshot.error).toEqual({
      code: 'NODE_CRASHED',
      message: 'The code of the node failed in an unexpected way.',
      retry: 'backoff',
      details: { node: 'f' },
    });
    expect(run?.snapshot.positions).toEqual({});
    await h.clock.advanceMs(2 * DAY);
    expect(h.trace()).toEqual(['w.started', 'w.suspended', 'f.started', 'f.failed', 'run.failed']);
  });

  it('lets the input through a node that is switched off', async () => {
    const h = createHarness(
      flow(
        { s: ['start'], off: ['say', { text: 'no' }, { isDisabled: true }], a: ['say', { text: '{{ input.word }}' }] },
        ['s.out>off', 'off.out>a'],
      ),
      registry,
      options,
    );
    await h.start({ word: 'through' });
    expect(h.world.sent.map((sent) => sent.action)).toMatchObject([{ message: { text: 'through' } }]);
  });

  it('keeps variables and outputs of every node', async () => {
    const nodes = {
      s: ['start'],
      x: ['set', { name: 'n', value: { $: 'trigger.n | plus: 1' } }],
      a: ['say', { text: '{{ vars.n }}/{{ nodes.x.value }}/{{ nodes.s.n }}' }],
    } satisfies Parameters<typeof flow>[0];
    const h = createHarness(flow(nodes, ['s.out>x', 'x.out>a']), registry, options);
    await h.start({ n: 4 });
    expect(h.world.sent.map((sent) => sent.action)).toMatchObject([{ message: { text: '5/5/4' } }]);
  });

  it('ends on every path at a node that ends the run', async () => {
    const h = createHarness(
      flow({ s: ['start'], w: ['wait', { ms: DAY }], x: ['stop'], a: ['say', { text: 'never' }] }, [
        's.out>w',
        's.out>x',
        's.out>a',
      ]),
      registry,
      options,
    );
    await h.start();
    await h.clock.advanceMs(2 * DAY);
    expect(h.trace()).toEqual(['w.started', 'w.suspended', 'x.started', 'x.succeeded', 'run.succeeded']);
  });

  it('cancels everything', async () => {
    const h = createHarness(flow({ s: ['start'], w: ['wait', { ms: DAY }] }, ['s.out>w']), registry, options);
    await h.start();
    await h.cancel('run-1');
    await h.clock.advanceMs(2 * DAY);
    expect(h.trace()).toEqual(['w.started', 'w.suspended', 'run.cancelled']);
  });

  it.each([
    [
      'RUN_VISIT_LIMIT',
      flow({ s: ['start'], a: ['set', { name: 'x', value: 1 }], b: ['fork', { cases: [] }] }, [
        's.out>a',
        'a.out>b',
        'b.otherwise>a',
      ]),
    ],
    [
      'RUN_VISIT_LIMIT',
      flow({ s: ['start'], a: ['say', { text: 'x' }, { isDisabled: true }] }, ['s.out>a', 'a.out>a']),
    ],
    ['OUTPUT_LIMIT', flow({ s: ['start'], a: ['set', { name: 'x', value: 'x'.repeat(70_000) }] }, ['s.out>a'])],
    ['WAIT_LIMIT', flow({ s: ['start'], w: ['wait', { ms: 366 * DAY }] }, ['s.out>w'])],
    ['NODE_PORT_UNKNOWN', flow({ s: ['start'], a: ['fork', { cases: [], take: 'nowhere' }] }, ['s.out>a'])],
    ['EXPRESSION_UNKNOWN_VARIABLE', flow({ s: ['start'], a: ['say', { text: '{{ trigger.nothing }}' }] }, ['s.out>a'])],
    [
      'EXPRESSION_LIMIT',
      flow(
        {
          s: ['start'],
          a: ['say', { text: '{% for i in (1..9000000) %}{% for j in (1..9000000) %}x{% endfor %}{% endfor %}' }],
        },
        ['s.out>a'],
      ),
    ],
    ['EXPRESSION_INVALID', flow({ s: ['start'], a: ['say', { text: '{{ 1 | money: 2 }}' }] }, ['s.out>a'])],
    ['NODE_CONFIG_INVALID', flow({ s: ['start'], a: ['say', { text: '{{ trigger.long }}' }] }, ['s.out>a'])],
  ])('fails with %s', async (code, document) => {
    const h = createHarness(document, registry, { ...options, crashesAfterEveryEvent: false });
    await h.start({ long: 'x'.repeat(41) });
    expect(h.runs()[0]?.snapshot).toMatchObject({ status: 'failed', error: { code } });
  });
});

describe('limits of a run as a whole', () => {
  const many = Array.from({ length: 11 }, (_, index) => `n${index}`);

  it('fails with RUN_NODE_LIMIT although no node was visited 1,000 times', async () => {
    const nodes = Object.fromEntries(
      many.map((id) => [id, ['fork', { cases: [], take: 'otherwise' }] as [string, object]]),
    ) as Parameters<typeof flow>[0];
    const edges = many.map((id, index) => `${id}.otherwise>${many[(index + 1) % many.length] ?? ''}`);
    const h = createHarness(flow({ s: ['start'], ...nodes }, ['s.out>n0', ...edges]), registry);
    await h.start();
    expect(h.runs()[0]?.snapshot).toMatchObject({
      status: 'failed',
      nodeRuns: LIMITS.nodeRuns,
      error: { code: 'RUN_NODE_LIMIT' },
    });
  });

  it('fails with RUN_SNAPSHOT_LIMIT and does not keep what led over it', async () => {
    const nodes = Object.fromEntries(
      many.map((id) => [id, ['set', { name: id, value: 'x'.repeat(30_000) }] as [string, object]]),
    ) as Parameters<typeof flow>[0];
    const edges = many.slice(1).map((id, index) => `n${index}.out>${id}`);
    const h = createHarness(flow({ s: ['start'], ...nodes }, ['s.out>n0', ...edges]), registry);
    await h.start();
    const snapshot = h.runs()[0]?.snapshot;
    expect(snapshot).toMatchObject({ status: 'failed', error: { code: 'RUN_SNAPSHOT_LIMIT' } });
    expect(snapshot?.bytes).toBeLessThan(LIMITS.snapshotBytes);
  });
});

describe('advance by itself', () => {
  const { program } = compileFlow(
    flow({ s: ['start'], w: ['wait', { ms: MINUTE }], q: ['ask', { ms: null, mergeMs: 0 }] }, ['s.out>w', 'w.out>q']),
    registry,
  );
  const started = advance(program, startSnapshot(7), { kind: 'started', node: 's', output: {}, atMs: 0 }).snapshot;
  const waiting = advance(program, started, {
    kind: 'nodeSuspended',
    position: 'p1',
    wait: { kind: 'time', dueAtMs: MINUTE },
    memo: null,
    atMs: 0,
  }).snapshot;

  it.each<RunEvent>([
    { kind: 'started', node: 's', output: {}, atMs: 1 },
    { kind: 'timerFired', position: 'p99', atMs: 1 },
    { kind: 'timerFired', position: 'constructor', atMs: 1 },
    { kind: 'nodeSucceeded', position: 'p1', port: 'out', output: {}, atMs: 1 },
    { kind: 'replied', position: 'p1', reply: {}, atMs: 1 },
  ])('leaves the state alone at an event that does not fit any more: %j', (event) => {
    expect(advance(program, waiting, event)).toEqual({ snapshot: waiting, effects: [], children: [] });
  });

  it('says again when a wait is due, if its timer comes too early', () => {
    expect(advance(program, waiting, { kind: 'timerFired', position: 'p1', atMs: 5 }).effects).toEqual([
      { kind: 'scheduleWait', position: 'p1', node: 'w', wait: { kind: 'time', dueAtMs: MINUTE } },
    ]);
  });

  it('gives a reply wait without a limit 365 days', () => {
    const suspended = advance(program, started, {
      kind: 'nodeSuspended',
      position: 'p1',
      wait: { kind: 'reply', dueAtMs: null, mergeMs: 0 },
      memo: null,
      atMs: 10,
    });
    expect(suspended.effects).toEqual([
      { kind: 'scheduleWait', position: 'p1', node: 'w', wait: { kind: 'reply', dueAtMs: 10 + 365 * DAY, mergeMs: 0 } },
    ]);
  });

  it('fails when the version has no such trigger', () => {
    expect(
      advance(program, startSnapshot(1), { kind: 'started', node: 'gone', output: {}, atMs: 0 }).snapshot,
    ).toMatchObject({ status: 'failed', error: { code: 'FLOW_INVALID' } });
  });

  it('changes nothing that it is given, and keeps the size exact', () => {
    const frozen = deepFreeze(structuredClone(waiting));
    const { snapshot } = advance(program, frozen, { kind: 'timerFired', position: 'p1', atMs: MINUTE });
    expect(snapshot.bytes).toBe(snapshotBytes(snapshot));
  });
});

function deepFreeze(snapshot: RunSnapshot): RunSnapshot {
  const freeze = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  };
  freeze(snapshot);
  return snapshot;
}
