import { Agent as HttpAgent, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/**
 * A connection is used again within this time after its last answer, or not at all. Servers close idle ones after 5 s and more, so a call with
 * effects hardly meets one that is just being closed, which would make its outcome unknown.
 */
const WARM_MS = 1_500;
const MAX_WARM = 64;
const OPTIONS: AgentOptions = {
  keepAlive: true,
  timeout: WARM_MS,
  maxFreeSockets: MAX_WARM,
  // The one that was used last is the least likely to be closed.
  scheduling: 'lifo',
};

/** Connected in advance and used by nobody yet, by origin. */
const prepared = new Map<string, Socket[]>();

function takePrepared(origin: string): Socket | undefined {
  const sockets = prepared.get(origin) ?? [];
  for (let socket = sockets.pop(); socket !== undefined; socket = sockets.pop()) {
    socket.removeAllListeners('timeout');
    socket.setTimeout(0);
    if (socket.readyState === 'open') return socket;
    socket.destroy();
  }
  prepared.delete(origin);
  return undefined;
}

interface Target {
  readonly host?: string | null | undefined;
  readonly port?: number | string | null | undefined;
}
const originOf = (protocol: string, { host, port }: Target): string => `${protocol}//${host}:${port}`;

class WarmHttpAgent extends HttpAgent {
  override createConnection(...args: Parameters<HttpAgent['createConnection']>) {
    return takePrepared(originOf('http:', args[0])) ?? super.createConnection(...args);
  }
}
class WarmHttpsAgent extends HttpsAgent {
  override createConnection(...args: Parameters<HttpsAgent['createConnection']>) {
    return takePrepared(originOf('https:', args[0])) ?? super.createConnection(...args);
  }
}

/** For calls with effects to hosts that we trust to keep connections open for some seconds. */
export const warmAgents = { 'http:': new WarmHttpAgent(OPTIONS), 'https:': new WarmHttpsAgent(OPTIONS) };

/**
 * Sees to it that the next call to this place finds a connection (with TLS for https) that is open already. Sends nothing.
 *
 * @returns When there is one, or when none could be made within the time; then the call tries for itself.
 */
export async function warmUp(url: URL, timeoutMs: number): Promise<void> {
  const isHttps = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (isHttps ? 443 : 80));
  const agent = isHttps ? warmAgents['https:'] : warmAgents['http:'];
  const free = Object.entries(agent.freeSockets).some(
    ([name, sockets]) => name.startsWith(`${host}:${port}:`) && (sockets?.length ?? 0) > 0,
  );
  const origin = originOf(url.protocol, { host, port });
  if (free || (prepared.get(origin)?.length ?? 0) >= MAX_WARM) return;
  const socket = await openConnection(isHttps, host, port, timeoutMs);
  if (socket === null) return;
  const drop = (): void => {
    const sockets = prepared.get(origin) ?? [];
    const place = sockets.indexOf(socket);
    if (place >= 0) sockets.splice(place, 1);
    socket.destroy();
  };
  socket.setTimeout(WARM_MS, drop);
  prepared.set(origin, [...(prepared.get(origin) ?? []), socket]);
}

/** @returns Null when there is no connection within the time. */
function openConnection(isHttps: boolean, host: string, port: number, timeoutMs: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = isHttps ? connectTls({ host, port, servername: host }) : connect({ host, port });
    const end = (result: Socket | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      // Whoever uses it listens for itself; until then an error only makes it unusable.
      socket.on('error', () => undefined);
      if (result === null) socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => end(null), timeoutMs);
    socket.once('error', () => end(null));
    socket.once(isHttps ? 'secureConnect' : 'connect', () => end(socket));
  });
}
