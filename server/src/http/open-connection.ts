import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** What a server gave us to take up TLS with it again in fewer steps, by host and port. Only for hosts that the platforms name, so they are few. */
const sessions = new Map<string, Buffer>();

/**
 * Opens a connection for HTTP/1.1, with TLS for https.
 *
 * @param done Called once, when it is open (with TLS) or has failed; not after it was destroyed by the caller.
 */
export function openConnection(
  url: URL,
  lookup: LookupFunction | undefined,
  done: (error: Error | null) => void,
): Socket {
  const isHttps = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const target = {
    host,
    port: Number(url.port || (isHttps ? 443 : 80)),
    ...(lookup === undefined ? {} : { lookup }),
  };
  const socket = isHttps ? openTls(url.host, target) : connect(target);
  socket.setNoDelay(true);
  let isDone = false;
  const end = (error: Error | null): void => {
    if (!isDone) done(error);
    isDone = true;
  };
  socket.once(isHttps ? 'secureConnect' : 'connect', () => end(null));
  // Stays: whoever uses it listens for itself; as long as nobody does, an error only makes it unusable.
  socket.on('error', end);
  return socket;
}

function openTls(
  key: string,
  target: { readonly host: string; readonly port: number; readonly lookup?: LookupFunction },
) {
  const session = sessions.get(key);
  const socket = connectTls({
    ...target,
    // An address is no name to ask for.
    ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
    ...(session === undefined ? {} : { session }),
    ALPNProtocols: ['http/1.1'],
  });
  socket.on('session', (latest: Buffer) => sessions.set(key, latest));
  // It may be the session that is refused.
  const forget = (): void => void sessions.delete(key);
  socket.once('error', forget);
  socket.once('secureConnect', () => socket.off('error', forget));
  return socket;
}
