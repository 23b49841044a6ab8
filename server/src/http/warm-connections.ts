import type { LookupFunction, Socket } from 'node:net';
import { openConnection } from './open-connection.ts';
import { createConnection, type WarmConnection } from './undici-connection.ts';

const MAX_WARM = 64;

/**
 * Used by nobody at the moment, by origin; the one that was used last comes last, and is the least likely to be closed. Undici's own pool would
 * take any of its connections or a new one, and has no limit for those that it keeps.
 */
const idle = new Map<string, WarmConnection[]>();

function idleAt({ origin }: URL): WarmConnection[] {
  const known = idle.get(origin);
  if (known !== undefined) return known;
  const none: WarmConnection[] = [];
  idle.set(origin, none);
  return none;
}

/** The newest one that is open, or one that is opened with the call. */
export function takeConnection(url: URL, lookup?: LookupFunction): WarmConnection {
  const connections = idleAt(url);
  for (let last = connections.pop(); last !== undefined; last = connections.pop()) {
    if (last.isWarm()) return last;
    last.destroy();
  }
  return newConnection(url, lookup);
}

/** One that is opened with the call, unless it was `prepared`. */
export function newConnection(url: URL, lookup?: LookupFunction, prepared?: Socket): WarmConnection {
  const connections = idleAt(url);
  const connection = createConnection(url, {
    lookup,
    prepared,
    onClose: () => {
      const place = connections.indexOf(connection);
      if (place >= 0) connections.splice(place, 1);
    },
  });
  return connection;
}

/** After a whole answer: for the next call to this place. */
export function keepConnection(url: URL, connection: WarmConnection): void {
  const connections = idleAt(url);
  connection.noteAnswer();
  if (connection.isWarm() && connections.length < MAX_WARM) connections.push(connection);
  else connection.destroy();
}

/**
 * Sees to it that the next call to this place finds a connection (with TLS for https) that is open already. Sends nothing.
 *
 * @returns When there is one, or when none could be made within the time; then the call tries for itself.
 */
export async function warmUp(url: URL, timeoutMs: number): Promise<void> {
  const connections = idleAt(url);
  if (connections.length >= MAX_WARM) return;
  if (connections.some((connection) => connection.hasAnswered() && connection.isWarm())) return;
  const socket = await openWithin(url, timeoutMs);
  if (socket === null) return;
  // Others may have come meanwhile.
  if (connections.length < MAX_WARM) connections.push(newConnection(url, undefined, socket));
  else socket.destroy();
}

/** @returns Null when there is no connection within the time. */
function openWithin(url: URL, timeoutMs: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const end = (isOpen: boolean): void => {
      clearTimeout(timer);
      if (!isOpen) socket.destroy();
      resolve(isOpen ? socket : null);
    };
    const timer = setTimeout(end, timeoutMs, false);
    const socket = openConnection(url, undefined, (error) => end(error === null));
  });
}
