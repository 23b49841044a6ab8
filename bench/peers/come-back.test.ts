import { expect, it } from 'vitest';
import { COME_BACK_LIMIT_MS, comeBack, type Clock } from './come-back.ts';

/** Time passes only while somebody waits for it. */
function fakeClock(): Clock & { atMs: number } {
  return {
    atMs: 1_000,
    nowMs() {
      return this.atMs;
    },
    async pause(ms) {
      this.atMs += ms;
    },
  };
}

/** An engine whose starts take so long, and fail where it says so. */
function engineOf(clock: { atMs: number }, starts: readonly { takesMs: number; fails?: boolean }[]) {
  const made = { started: 0, killed: 0 };
  return {
    made,
    async start() {
      const { takesMs, fails } = starts[Math.min(made.started, starts.length - 1)] ?? { takesMs: 0 };
      made.started += 1;
      clock.atMs += takesMs;
      if (fails === true) throw new Error('did not become ready');
    },
    async kill() {
      made.killed += 1;
    },
  };
}

it('is back once it is ready and has accepted what was sent after the kill', async () => {
  const clock = fakeClock();
  const engine = engineOf(clock, [{ takesMs: 15_000 }]);
  const asked: number[] = [];
  const hasAccepted = (sinceMs: number): boolean => asked.push(sinceMs) === 3;
  expect(await comeBack(engine, hasAccepted, clock)).toBe(true);
  expect(asked).toEqual([1_000, 1_000, 1_000]);
  expect(engine.made).toEqual({ started: 1, killed: 0 });
});

it('is not back when it is ready and accepts nothing', async () => {
  const clock = fakeClock();
  expect(await comeBack(engineOf(clock, [{ takesMs: 5_000 }]), () => false, clock)).toBe(false);
  expect(clock.atMs).toBeGreaterThan(1_000 + COME_BACK_LIMIT_MS);
  expect(clock.atMs).toBeLessThan(1_000 + COME_BACK_LIMIT_MS + 1_000);
});

it('is started again when it ends while it starts', async () => {
  const clock = fakeClock();
  const engine = engineOf(clock, [
    { takesMs: 2_000, fails: true },
    { takesMs: 2_000, fails: true },
    { takesMs: 2_000 },
  ]);
  expect(await comeBack(engine, () => true, clock)).toBe(true);
  expect(engine.made).toEqual({ started: 3, killed: 2 });
});

it('leaves time for a second start when the first one hangs', async () => {
  const clock = fakeClock();
  const limits: (number | undefined)[] = [];
  const engine = {
    async start(withinMs?: number) {
      limits.push(withinMs);
      if (limits.length > 1) return;
      clock.atMs += withinMs ?? COME_BACK_LIMIT_MS;
      throw new Error('did not become ready');
    },
    kill: async () => undefined,
  };
  expect(await comeBack(engine, () => true, clock)).toBe(true);
  expect(limits).toEqual([60_000, 60_000]);
});

it('is given up when no start succeeds within the limit', async () => {
  const clock = fakeClock();
  const engine = engineOf(clock, [{ takesMs: 59_000, fails: true }]);
  expect(await comeBack(engine, () => true, clock)).toBe(false);
  expect(engine.made.started).toBe(3);
});

it('is not back when it gets ready too late', async () => {
  const clock = fakeClock();
  expect(await comeBack(engineOf(clock, [{ takesMs: COME_BACK_LIMIT_MS + 1 }]), () => true, clock)).toBe(false);
});
