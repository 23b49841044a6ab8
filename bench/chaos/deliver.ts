import type { SignedWebhook } from '../product/instagram.ts';
import { createWebhookSender } from '../product/webhook-sender.ts';

export interface Delivery {
  /** Ends when every webhook was accepted. */
  readonly done: Promise<void>;
  /** Accepted with 200 so far. */
  accepted(): number;
  /** Attempts by the status of their answer; 0: none came. */
  readonly answers: Map<number, number>;
  /** Accepted at these moments, ms since 1970. */
  readonly acceptedAtMs: number[];
  /** From now on as fast as it goes. */
  finish(): void;
}

const AGAIN_MS = 200;
const CONNECTIONS = 8;

/**
 * Delivers webhooks at a steady pace, each until it is accepted, as Meta does.
 *
 * @param progress How far the phase is, 0 to 1: so much of the load is delivered, whatever the speed of the phase.
 */
export function deliverAlong(url: string, webhooks: readonly SignedWebhook[], progress: () => number): Delivery {
  const sender = createWebhookSender(url, CONNECTIONS);
  const answers = new Map<number, number>();
  const acceptedAtMs: number[] = [];
  let next = 0;
  let isFinishing = false;
  // A little ahead, so that there is something to do at the beginning.
  const allowed = (): number => (isFinishing ? webhooks.length : webhooks.length * (0.01 + progress() * 0.97));
  const work = async (): Promise<void> => {
    while (next < webhooks.length) {
      if (next >= allowed()) {
        await pause(20);
        continue;
      }
      const webhook = webhooks[next];
      next += 1;
      if (webhook === undefined) return;
      for (let status = 0; status !== 200;) {
        status = await sender.send(webhook);
        answers.set(status, (answers.get(status) ?? 0) + 1);
        if (status !== 200) await pause(AGAIN_MS);
      }
      acceptedAtMs.push(Date.now());
    }
  };
  const done = Promise.all(Array.from({ length: CONNECTIONS }, work)).then(() => sender.close());
  return { done, accepted: () => acceptedAtMs.length, answers, acceptedAtMs, finish: () => void (isFinishing = true) };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
