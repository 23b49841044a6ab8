import type { ServerResponse } from 'node:http';
import type { LiveEvent } from './customer-api.ts';

const REPLAY_LIMIT = 500;
const HEARTBEAT_MS = 20_000;

interface Watcher {
  readonly res: ServerResponse;
  readonly accountId: string | null;
  readonly personaId: string | null;
}

/** Server-sent events for the phone page: what happened on the platform, as it happens. */
export class LiveEvents {
  readonly #watchers = new Set<Watcher>();
  readonly #recent: { readonly id: number; readonly event: LiveEvent }[] = [];
  #lastId = 0;
  #heartbeat: NodeJS.Timeout | undefined;

  publish(event: LiveEvent): void {
    this.#lastId += 1;
    const stored = { id: this.#lastId, event };
    this.#recent.push(stored);
    if (this.#recent.length > REPLAY_LIMIT) this.#recent.shift();
    for (const watcher of this.#watchers) send(watcher, stored);
  }

  /**
   * Keeps the answer open as an event stream.
   * @param lastEventId of a stream that broke off: what came since then is sent first, as far as it is remembered.
   */
  watch(
    res: ServerResponse,
    filter: { accountId: string | null; personaId: string | null },
    lastEventId: number | null,
  ): void {
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    res.write(`retry: 1000\n: connected\n\n`);
    const watcher: Watcher = { res, ...filter };
    if (lastEventId !== null) for (const stored of this.#recent) if (stored.id > lastEventId) send(watcher, stored);
    this.#watchers.add(watcher);
    res.on('close', () => this.#watchers.delete(watcher));
    this.#heartbeat ??= setInterval(() => {
      for (const each of this.#watchers) each.res.write(': still here\n\n');
    }, HEARTBEAT_MS).unref();
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    for (const watcher of this.#watchers) watcher.res.end();
    this.#watchers.clear();
  }
}

function send(watcher: Watcher, stored: { readonly id: number; readonly event: LiveEvent }): void {
  const { event } = stored;
  if (watcher.accountId !== null && 'accountId' in event && event.accountId !== watcher.accountId) return;
  // comments are public: everybody sees them; a conversation is seen by its own persona only
  const isPrivate =
    event.kind === 'bubble' || event.kind === 'bubble-changed' || event.kind === 'typing' || event.kind === 'seen';
  if (watcher.personaId !== null && isPrivate && event.personaId !== watcher.personaId) return;
  watcher.res.write(`id: ${stored.id}\ndata: ${JSON.stringify(event)}\n\n`);
}
