import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give out by themselves. One of those could be given to somebody else, for a connection or another server,
 * in the seconds between the look whether it is free and the start of the program that is to listen there.
 */
const FIRST = 11_000;
/** Test files that run side by side choose from ports of their own. */
const SHARES = 8;
const PORTS_OF_SHARE = 2_500;

const share = Number(process.env['VITEST_POOL_ID'] ?? 0) % SHARES;
let next = Math.floor(Math.random() * PORTS_OF_SHARE);

/** A port of 127.0.0.1 for a program that cannot choose one while it starts. Never the same twice in one process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + share * PORTS_OF_SHARE + (next % PORTS_OF_SHARE);
    next += 1;
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    // Throws what the server emits as an error.
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
