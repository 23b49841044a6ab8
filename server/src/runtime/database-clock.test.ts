import { describe, expect, it, vi } from 'vitest';
import { createDatabaseClock } from './database-clock.ts';

describe('the clock of the database', () => {
  it('tells the time of the database, whatever the clock of the process says', async () => {
    const databaseMs = Date.UTC(2031, 0, 1);
    const query = vi.fn<() => Promise<{ rows: { ms: number }[] }>>().mockResolvedValue({ rows: [{ ms: databaseMs }] });
    const clock = await createDatabaseClock({ query });
    const first = clock.nowMs();
    expect(first).toBeGreaterThanOrEqual(databaseMs);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(first);
    expect(first - databaseMs).toBeLessThan(60_000);
    clock.stop();
  });

  it('does not start when the database cannot be asked', async () => {
    const query = vi.fn<() => Promise<never>>().mockRejectedValue(new Error('away'));
    await expect(createDatabaseClock({ query })).rejects.toThrow('away');
  });
});
