import { describe, expect, it } from 'vitest';
import { flow, registry } from '../../test/nodes.ts';
import { createHarness, type HarnessOptions } from '../test-kit/index.ts';

const DAY = 86_400_000;

describe.each([
  { name: 'in one piece', options: {} },
  { name: 'dying after every event', options: { crashesAfterEveryEvent: true } },
] satisfies { name: string; options: HarnessOptions }[])('a retry policy, $name', ({ options }) => {
  it('keeps the pauses exact without jitter, and constant when asked', async () => {
    const retry = { attempts: 3, backoff: 'constant' as const, baseMs: 1000, jitter: 0 };
    const h = createHarness(
      flow({ s: ['start'], f: ['fail', { times: 2 }, { retry }] }, ['s.out>f']),
      registry,
      options,
    );
    await h.start();
    await h.clock.advanceMs(999);
    expect(h.trace()).toEqual(['f.started', 'f.failed']);
    await h.clock.advanceMs(1001);
    expect(h.trace().slice(2)).toEqual(['f.retried', 'f.failed', 'f.retried', 'f.succeeded', 'run.succeeded']);
  });

  it.each([
    { onlyOn: ['PLATFORM_UNAVAILABLE'], how: 'backoff', isRetried: true },
    { onlyOn: ['HTTP_FAILED'], how: 'backoff', isRetried: false },
    { onlyOn: ['PLATFORM_REFUSED'], how: 'never', isRetried: false },
    { onlyOn: ['HTTP_FAILED'], how: 'after', isRetried: true },
  ])('retries "$how" errors with a policy for $onlyOn: $isRetried', async ({ onlyOn, how, isRetried }) => {
    const retry = { attempts: 3, backoff: 'constant' as const, baseMs: 1000, onlyOn };
    const h = createHarness(
      flow({ s: ['start'], f: ['fail', { how, times: 1 }, { retry }] }, ['s.out>f']),
      registry,
      options,
    );
    await h.start();
    await h.clock.advanceMs(DAY);
    expect(h.trace().includes('f.retried')).toBe(isRetried);
  });
});
