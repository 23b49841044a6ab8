import { Agent, request } from 'node:http';
import { commentWebhook } from '../product/instagram.ts';
import { sharedNowMs } from './ask.ts';
import { peerEvent } from './peer-event.ts';
import type { Accepted, Load } from './load.ts';

const ANSWER_LIMIT_MS = 20_000;
const AGAIN_AFTER_MS = 150;
/** An engine that accepts nothing at all for so long will not do so any more. */
const GIVE_UP_AFTER_MS = 180_000;

interface Webhook {
  readonly eventId: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
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
  // Made beforehand: the platform's work is not the engine's.
  const webhooks = Array.from({ length: load.count }, (_, index) => toWebhook(load, load.firstIndex + index));
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections, scheduling: 'fifo' });
  const url = new URL(load.url);
  const accepted: Accepted[] = [];
  const intervalMs = load.perSecond === undefined ? 0 : 1_000 / load.perSecond;
  let next = 0;
  let dueMs = sharedNowMs();
  let lastAcceptedMs = dueMs;
  let hasGivenUp = false;
  const giveUp = (): void => {
    hasGivenUp = true;
    agent.destroy(); // ends what waits for an answer
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
        while ((await send(agent, url, webhook)) !== 200) {
          if (sharedNowMs() - lastAcceptedMs > GIVE_UP_AFTER_MS) giveUp();
          if (hasGivenUp) return;
          await pause(AGAIN_AFTER_MS);
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
  agent.destroy();
  return accepted;
}

function toWebhook(load: Load, index: number): Webhook {
  const event = peerEvent(index);
  const headers = { 'content-type': 'application/json' };
  if (load.form === 'plain') {
    const { id, username, text } = event;
    return { eventId: id, headers, body: Buffer.from(JSON.stringify({ id, username, text })) };
  }
  const from = { id: event.person, username: event.username };
  const comment = { id: event.id, mediaId: '17900000000000001', from, text: event.text };
  const { body, signature } = commentWebhook(load.accountId, comment, Date.now());
  return { eventId: event.id, headers: { ...headers, 'x-hub-signature-256': signature }, body };
}

/** @returns The status of the answer, or 0 when none came. */
function send(agent: Agent, url: URL, { body, headers }: Webhook): Promise<number> {
  return new Promise((resolve) => {
    const call = request(
      url,
      { agent, method: 'POST', headers: { ...headers, 'content-length': body.length } },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
        answer.on('error', () => resolve(0));
      },
    );
    call.setTimeout(ANSWER_LIMIT_MS, () => call.destroy());
    call.on('error', () => resolve(0));
    call.on('close', () => resolve(0)); // also of an answer that broke off
    call.end(body);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
