/**
 * Asks again and again until the answer satisfies, for things that another process does in its own time.
 *
 * @param ask Called at most every 50 ms. An exception counts as "not yet".
 * @returns The first answer that is not undefined.
 * @throws The last exception, or an Error naming `what`, after `limitMs`.
 */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, limitMs = 60_000): Promise<T> {
  const deadline = performance.now() + limitMs;
  let last: unknown = new Error(`${what}: not within ${limitMs} ms`);
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw last;
}
