import type { LiveChange } from '@heddle/schemas/api';

type StateListener = (isConnected: boolean) => void;

/** Changes that come within this time are told as one batch, so that a burst of messages redraws a page once. */
const COALESCE_MS = 250;
/** Waits between tries to connect again; the last one repeats. */
const RECONNECT_MS = [500, 1000, 2000, 5000, 10_000];

/**
 * A stream of server-sent events, shared by all who listen. Opens with the first listener and closes with the last.
 * After a gap, or when the server says that too much happened to list it, `onGap` is called: changes were missed and everything shown may be
 * stale.
 *
 * @param parse One message of the stream as changes.
 */
export function createLiveSource<Change>(
  url: string,
  parse: (data: string) => readonly Change[],
  open: (url: string) => EventSource = (address) => new EventSource(address),
) {
  type ChangeListener = (changes: readonly Change[]) => void;
  const listeners = new Set<ChangeListener>();
  const gapListeners = new Set<() => void>();
  const stateListeners = new Set<StateListener>();
  let source: EventSource | null = null;
  let pending: Change[] = [];
  let flushTimer: ReturnType<typeof setTimeout> | undefined;
  let reconnectTimer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let isConnected = false;
  let hadConnection = false;

  const setConnected = (next: boolean) => {
    if (next === isConnected) return;
    isConnected = next;
    for (const listener of stateListeners) listener(next);
  };
  const flush = () => {
    flushTimer = undefined;
    const changes = pending;
    pending = [];
    for (const listener of listeners) listener(changes);
  };
  const connect = () => {
    reconnectTimer = undefined;
    source = open(url);
    source.addEventListener('open', () => {
      failures = 0;
      setConnected(true);
      if (hadConnection) for (const listener of gapListeners) listener();
      hadConnection = true;
    });
    source.addEventListener('message', (event: MessageEvent<string>) => {
      pending.push(...parse(event.data));
      if (pending.length > 0) flushTimer ??= setTimeout(flush, COALESCE_MS);
    });
    source.addEventListener('resync', () => {
      for (const listener of gapListeners) listener();
    });
    source.addEventListener('error', () => {
      // The browser's own reconnecting gives up on an HTTP error (a restart of the server), so we always do it ourselves.
      source?.close();
      source = null;
      setConnected(false);
      const waitMs = RECONNECT_MS[Math.min(failures, RECONNECT_MS.length - 1)];
      failures += 1;
      reconnectTimer = setTimeout(connect, waitMs);
    });
  };
  const stop = () => {
    clearTimeout(reconnectTimer);
    clearTimeout(flushTimer);
    source?.close();
    source = null;
    flushTimer = undefined;
    pending = [];
    hadConnection = false;
    setConnected(false);
  };

  return {
    /** @returns Stops listening. */
    subscribe(onChanges: ChangeListener, onGap?: () => void): () => void {
      listeners.add(onChanges);
      if (onGap !== undefined) gapListeners.add(onGap);
      if (listeners.size === 1) connect();
      return () => {
        listeners.delete(onChanges);
        if (onGap !== undefined) gapListeners.delete(onGap);
        if (listeners.size === 0) stop();
      };
    },
    subscribeState(listener: StateListener): () => void {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    isConnected: () => isConnected,
  };
}

/** One message of GET /api/live: a JSON array of changes. Anything else (a newer server) is skipped: lists refresh on focus anyway. */
export function parseChanges(data: string): LiveChange[] {
  try {
    const parsed: unknown = JSON.parse(data);
    // The server checks what it sends against LiveChangeSchema.
    return Array.isArray(parsed) ? (parsed as LiveChange[]) : [];
  } catch {
    return [];
  }
}

/** The one stream of this page. */
export const liveSource = createLiveSource<LiveChange>('/api/live', parseChanges);
