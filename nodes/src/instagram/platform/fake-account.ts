/** For tests of this folder: an account whose platform answers from a list. */
import type { PlatformAccount, PlatformResponse } from '@heddle/engine';
import type { JsonValue } from '@heddle/schemas';

/** Answers calls in turn (a bare value is a body with status 200) and writes them down. */
export function fakeAccount(
  ...answers: (JsonValue | PlatformResponse)[]
): PlatformAccount & { calls: { method: string; path: string; query?: Record<string, string>; body?: JsonValue }[] } {
  const calls: { method: string; path: string }[] = [];
  return {
    calls,
    connectionId: 'c1',
    externalId: '1784',
    http: {
      request: async (request) => {
        calls.push(request);
        const next = answers.shift() ?? null;
        return typeof next === 'object' && next !== null && 'headers' in next && 'status' in next
          ? (next as PlatformResponse)
          : { status: 200, headers: {}, body: next };
      },
    },
  };
}
