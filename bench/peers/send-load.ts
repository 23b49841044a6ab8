import { commentWebhook } from '../product/instagram.ts';
import { sharedNowMs } from './ask.ts';
import { peerEvent } from './peer-event.ts';
import type { Accepted, Load } from './load.ts';
import { openConnection, toRequest, type RawConnection } from './raw-connection.ts';

const AGAIN_AFTER_MS = 150;
/** An engine that accepts nothing at all for so long will not do so any more. */
const GIVE_UP_AFTER_MS = 180_000;

interface Webhook {
  readonly eventId: string;
  readonly request: Buffer;
}

/**
 * Sends webhooks over connections that stay open and, as Meta does, again what was not answered with 200. It comes to its end
 * whatever the engine does.
 *
 * @param signal Ends it, also while nothing answers.
 * @param onAccepted Told of each, when it was sent for the last time.
 * @returns What was accepted: not all when it was ended, or when nothing at all was accepted for minutes.
 */
export async function sendLoad(
  load: Load,
  signal: AbortSignal,
  onAccepted: (sentAtMs: number) => void = () => undefined,
): Promise<Accepted[]> {
  const url = new URL(load.url);
  // Made beforehand: the platform's work is not the engine's.
  const webhooks = Array.from({ length: load.count }, (_, index) => toWebhook(load, url, load.firstIndex + index));
  const connections = keepConnections(url);
  const accepted: Accepted[] = [];
  const intervalMs = load.perSecond === undefined ? 0 : 1_000 / load.perSecond;
  let next = 0;
  let dueMs = sharedNowMs();
  let lastAcceptedMs = dueMs;
  let hasGivenUp = false;
  const giveUp = (): void => {
    hasGivenUp = true;
    connections.close(); // ends what waits for an answer
  };
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp);

  /** Waits for the next moment of the schedule; after an outage it goes on from now and makes up for nothing. */
  const turn = async (): Promise<void> => {
    if (intervalMs === 0) return;
    dueMs = Math.max(sharedNowMs(), dueMs + intervalMs);
    await pause(Math.max(0, dueMs - sharedNowMs()));
  };

  await Promise.all(
    Array.from({ length: load.connections }, async () => {
      for (let webhook = webhooks[next++]; webhook !== undefined; webhook = webhooks[next++]) {
        await turn();
        if (hasGivenUp) return;
        const firstSentAtMs = sharedNowMs();
        let sentAtMs = firstSentAtMs;
        let attempts = 1;
        while ((await connections.send(webhook.request)) !== 200) {
          if (sharedNowMs() - lastAcceptedMs > GIVE_UP_AFTER_MS) giveUp();
          if (!hasGivenUp) await pause(AGAIN_AFTER_MS);
          if (hasGivenUp) return;
          attempts += 1;
          sentAtMs = sharedNowMs();
        }
        lastAcceptedMs = sharedNowMs();
        accepted.push({ eventId: webhook.eventId, firstSentAtMs, acceptedAtMs: lastAcceptedMs, attempts });
        onAccepted(sentAtMs);
      }
    }),
  );
  signal.removeEventListener('abort', giveUp);
  connections.close();
  return accepted;
}

/** Whoever sends takes the connection that has been free for the longest, and opens one when none is. */
function keepConnections(url: URL): { send(request: Buffer): Promise<number>; close(): void } {
  const all = new Set<RawConnection>();
  const free: RawConnection[] = [];
  const take = (): RawConnection => {
    for (let connection = free.shift(); connection !== undefined; connection = free.shift()) {
      if (connection.isOpen()) return connection;
      all.delete(connection);
    }
    const connection = openConnection(url);
    all.add(connection);
    return connection;
  };
  return {
    async send(request) {
      const connection = take();
      const status = await connection.send(request);
      if (connection.isOpen()) free.push(connection);
      else all.delete(connection);
      return status;
    },
    close() {
      for (const connection of all) connection.close();
    },
  };
}

function toWebhook(load: Load, url: URL, index: number): Webhook {
  const event = peerEvent(index);
  const headers = { 'content-type': 'application/json' };
  if (load.form === 'plain') {
    const { id, username, text } = event;
    return { eventId: id, request: toRequest(url, headers, Buffer.from(JSON.stringify({ id, username, text }))) };
  }
  const from = { id: event.person, username: event.username };
  const comment = { id: event.id, mediaId: '17900000000000001', from, text: event.text };
  const { body, signature } = commentWebhook(load.accountId, comment, Date.now());
  return { eventId: event.id, request: toRequest(url, { ...headers, 'x-hub-signature-256': signature }, body) };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
