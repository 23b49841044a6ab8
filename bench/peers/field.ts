import { startHelper } from './ask.ts';
import type { Engine } from './engine.ts';
import type { Accepted, Load } from './load.ts';

/** An engine that says it has work left and does nothing for so long is stuck. */
const STUCK_AFTER_MS = 180_000;

export type SendOptions = Omit<Load, 'url' | 'form' | 'accountId' | 'firstIndex'>;

/** An effect as the platform noted it. */
export interface SeenEffect {
  readonly eventId: string;
  /** On the clock of `sharedNowMs`. */
  readonly atMs: number;
}

/** The platform and the generator of load, each a process of its own, the same for every engine. */
export interface Field {
  readonly platformUrl: string;
  /**
   * Sends events that no engine was sent before.
   *
   * @param onTold See `tellEach`.
   * @returns What was accepted: not all when it was interrupted, or when the engine accepted nothing for minutes.
   */
  send(engine: Pick<Engine, 'webhook'>, load: SendOptions, onTold?: (sentAtMs: number) => void): Promise<Accepted[]>;
  /** Ends the sending that is under way. */
  interrupt(): void;
  /**
   * Waits for `expected` effects, or until nothing has arrived for `quietMs` and the engine does not say that it has work left.
   *
   * @returns All effects since the last call.
   */
  collect(engine: Pick<Engine, 'isIdle'>, expected: number, quietMs: number): Promise<SeenEffect[]>;
  stop(): Promise<void>;
}

/** @param sandboxUrl Who answers what the platform does not. */
export async function openField(sandboxUrl: string, accountId: string): Promise<Field> {
  const platform = startHelper(new URL('platform-process.ts', import.meta.url));
  const generator = startHelper(new URL('load-process.ts', import.meta.url));
  const platformUrl = await platform.ask<string>('listen', { passOnTo: sandboxUrl, accountId });
  let nextIndex = 1;
  return {
    platformUrl,
    send: (engine, options, onTold) => {
      const load: Load = { ...options, ...engine.webhook, firstIndex: nextIndex };
      nextIndex += options.count;
      generator.onTold(onTold ?? (() => undefined));
      return generator.ask<Accepted[]>('load', load);
    },
    interrupt: generator.interrupt,
    async collect(engine, expected, quietMs) {
      let count = 0;
      let sinceMs = performance.now();
      for (;;) {
        const now = await platform.ask<number>('count');
        if (now !== count) sinceMs = performance.now();
        count = now;
        const silentMs = performance.now() - sinceMs;
        if (count >= expected || silentMs > STUCK_AFTER_MS) break;
        // Asked only when all is quiet: the question is work, too.
        if (silentMs > quietMs && (await engine.isIdle()) !== false) break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return platform.ask<SeenEffect[]>('take');
    },
    async stop() {
      await generator.stop();
      await platform.stop();
    },
  };
}
