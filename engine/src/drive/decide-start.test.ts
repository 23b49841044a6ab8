import { describe, expect, it } from 'vitest';
import { flow, registry } from '../../test/nodes.ts';
import { createHarness } from '../test-kit/index.ts';
import { decideStart } from './index.ts';

const HOUR = 3_600_000;
const facts = { activeRunIds: ['r1', 'r2'], lastStartedAtMs: 0, nowMs: HOUR };
const idle = { activeRunIds: [], lastStartedAtMs: null, nowMs: HOUR };

describe('decideStart', () => {
  it.each([
    [undefined, { kind: 'start', cancel: [] }],
    [{ contactPolicy: 'parallel' }, { kind: 'start', cancel: [] }],
    [{ contactPolicy: 'ignore' }, { kind: 'refuse' }],
    [{ contactPolicy: 'restart' }, { kind: 'start', cancel: ['r1', 'r2'] }],
    [{ contactPolicy: 'queue' }, { kind: 'queue' }],
    [{ contactPolicy: 'queue', cooldownMs: 2 * HOUR }, { kind: 'refuse' }],
  ] as const)('while runs for the contact are active, %j gives %j', (settings, decision) => {
    expect(decideStart(settings, facts)).toMatchObject(decision);
  });

  it.each([
    [{}, 'start'],
    [{ queuedForContact: 1 }, 'queue'],
  ])('with the policy "queue" and %j waiting: %s', (more, kind) => {
    expect(decideStart({ contactPolicy: 'queue' }, { ...idle, ...more }).kind).toBe(kind);
  });

  it.each([
    [{ maxActiveRuns: 2 }, { activeInFlow: 1 }, 'start'],
    [{ maxActiveRuns: 2 }, { activeInFlow: 2 }, 'refuse'],
    [{ maxActiveRuns: 2, whenFull: 'queue' }, { activeInFlow: 2 }, 'queue'],
    [{ maxActiveRuns: 2, whenFull: 'queue' }, { activeInFlow: 1, queuedInFlow: 1 }, 'queue'],
    [{ maxActiveRuns: 1, contactPolicy: 'restart' }, { activeInFlow: 1, activeRunIds: ['r1'] }, 'start'],
  ] as const)('%j with %j: %s', (settings, more, kind) => {
    expect(decideStart(settings, { ...idle, ...more }).kind).toBe(kind);
  });
});

describe('starts that wait for their turn', () => {
  const nodes = {
    s: ['start'],
    w: ['wait', { ms: HOUR }],
    a: ['say', { text: '{{ trigger.text }}' }],
  } satisfies Parameters<typeof flow>[0];
  it.each([{ contactPolicy: 'queue' }, { maxActiveRuns: 1, whenFull: 'queue' }] as const)(
    'start in order, one after the other: %j',
    async (settings) => {
      const h = createHarness(flow(nodes, ['s.out>w', 'w.out>a'], { settings }), registry, {
        crashesAfterEveryEvent: true,
      });
      for (const text of ['one', 'two', 'three']) await h.deliver({ kind: 'test/begin', data: { text } });
      expect(h.runs()).toHaveLength(1);
      await h.clock.advanceMs(HOUR);
      expect(h.runs()).toHaveLength(2);
      await h.cancel('run-2');
      await h.clock.advanceMs(HOUR);
      expect(h.world.sent.map(({ action }) => action)).toMatchObject([
        { message: { text: 'one' } },
        { message: { text: 'three' } },
      ]);
    },
  );
});
