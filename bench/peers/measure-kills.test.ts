import { expect, it } from 'vitest';
import { createRandom } from '../product/random.ts';
import type { Clock } from './come-back.ts';
import type { Field } from './field.ts';
import type { Accepted } from './load.ts';
import { measureKills, momentsToKill } from './measure-kills.ts';

it('chooses as many different moments as there are kills, in order, none before the first or after the last event', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const moments = momentsToKill(12, 10, createRandom(seed));
    expect(moments).toHaveLength(10);
    expect(new Set(moments).size).toBe(10);
    expect(moments).toEqual(moments.toSorted((a, b) => a - b));
    expect(moments.every((moment) => moment >= 1 && moment <= 11)).toBe(true);
  }
});

it('repeats the moments of a seed', () => {
  expect(momentsToKill(500, 10, createRandom(7))).toEqual(momentsToKill(500, 10, createRandom(7)));
  expect(momentsToKill(500, 10, createRandom(7))).not.toEqual(momentsToKill(500, 10, createRandom(8)));
});

/**
 * A sender, a platform and an engine in one, in which only a pause takes time: at each pause a running engine accepts one event, whose
 * effect comes unless a kill follows at once. From its `lastKill`-th kill on it does not accept anything.
 */
function fakeWorld(lastKill = Number.POSITIVE_INFINITY) {
  let nowMs = 0;
  let isUp = true;
  let kills = 0;
  let count = 0;
  let told: (sentAtMs: number) => void = () => undefined;
  let answer: (accepted: Accepted[]) => void = () => undefined;
  const accepted: Accepted[] = [];
  const seen = new Set<string>();
  const asked: string[] = [];

  const acceptOne = (): void => {
    const eventId = String(accepted.length + 1);
    accepted.push({ eventId, firstSentAtMs: nowMs, acceptedAtMs: nowMs, attempts: 2 });
    seen.add(eventId);
    told(nowMs);
    if (accepted.length === count) answer(accepted);
  };
  const clock: Clock = {
    nowMs: () => nowMs,
    async pause(ms) {
      nowMs += ms;
      if (isUp && kills < lastKill && accepted.length < count) acceptOne();
    },
  };
  const field: Pick<Field, 'send' | 'interrupt' | 'collect'> = {
    send: (_, load, onTold) => {
      count = load.count;
      told = onTold ?? told;
      const all = new Promise<Accepted[]>((resolve) => (answer = resolve));
      acceptOne();
      return all;
    },
    interrupt: () => answer(accepted),
    collect: async (engine) => {
      await engine.isIdle();
      return [...seen].map((eventId) => ({ eventId, atMs: 0 }));
    },
  };
  const engine = {
    name: 'fake',
    about: '',
    webhook: { url: '', form: 'plain', accountId: '' } as const,
    async start() {
      isUp = true;
    },
    async kill() {
      isUp = false;
      kills += 1;
      seen.delete(String(accepted.length));
    },
    isIdle: async () => {
      asked.push('isIdle');
      return true;
    },
    held: async () => {
      asked.push('held');
      return new Set(['1']);
    },
  };
  return { field, engine, clock, asked };
}

it('kills at each moment and counts the returns', async () => {
  const { field, engine, clock, asked } = fakeWorld();
  const verdict = await measureKills(field, engine, { count: 4, killAt: [1, 2, 3], perSecond: 1 }, clock);
  expect(verdict).toMatchObject({ kills: 3, cameBack: 3, accepted: 4, notAccepted: 0, attempts: 8 });
  expect(verdict).toMatchObject({ held: ['1'], lost: ['2', '3'] });
  expect(asked).toEqual(['isIdle', 'held']);
});

it('ends the sending when the engine does not come back, and judges what it had accepted', async () => {
  const { field, engine, clock, asked } = fakeWorld(2);
  const verdict = await measureKills(field, engine, { count: 10, killAt: [1, 2, 3], perSecond: 1 }, clock);
  expect(verdict).toMatchObject({ kills: 2, cameBack: 1, accepted: 2, notAccepted: 8, lost: ['1', '2'], held: [] });
  expect(asked).toEqual([]);
});

it('does not wait for an event when all had been accepted before the kill', async () => {
  const { field, engine, clock } = fakeWorld();
  const verdict = await measureKills(field, engine, { count: 1, killAt: [1], perSecond: 1 }, clock);
  expect(verdict).toMatchObject({ kills: 1, cameBack: 1, accepted: 1, notAccepted: 0 });
});
