import { createWebhookSender } from '../product/webhook-sender.ts';
import { pause, type Comment, type Shop } from './shop.ts';

/** What became of the deliveries. */
export interface LoadRecord {
  /** When the platform first tried each comment, and when it was answered with 200; `Date.now()`. */
  readonly firstTriedAtMs: Map<string, number>;
  readonly acceptedAtMs: Map<string, number>;
  /** Every answer in order; status 0: none came (the connection broke). */
  readonly answers: { readonly atMs: number; readonly status: number; readonly tookMs: number }[];
}

/** Waits of a platform between attempts: quickly, then less often. */
const RETRY_MS = [500, 1_000, 2_000, 4_000];

/**
 * Delivers comments at a steady rate, whether or not earlier ones were answered, each again until it is answered with 200.
 *
 * @param isOver Ends it early: what was not yet tried stays so.
 */
export async function deliver(
  { product }: Shop,
  comments: readonly Comment[],
  perSecond: number,
  record: LoadRecord = { firstTriedAtMs: new Map(), acceptedAtMs: new Map(), answers: [] },
  isOver: () => boolean = () => false,
): Promise<LoadRecord> {
  const sender = createWebhookSender(product.url, 256);
  const deliverOne = async ({ id, webhook }: Comment): Promise<void> => {
    record.firstTriedAtMs.set(id, Date.now());
    for (let attempt = 0; ; attempt += 1) {
      const startedMs = performance.now();
      const status = await sender.send(webhook);
      record.answers.push({ atMs: Date.now(), status, tookMs: performance.now() - startedMs });
      if (status === 200) return void record.acceptedAtMs.set(id, Date.now());
      // A process that died answers nobody; the goals say that it did.
      if (!product.isRunning()) return;
      await pause((RETRY_MS[attempt] ?? 5_000) * (0.75 + Math.random() / 2));
    }
  };
  const underWay: Promise<void>[] = [];
  const beganMs = performance.now();
  for (let sent = 0; sent < comments.length && !isOver();) {
    const due = Math.min(comments.length, Math.ceil(((performance.now() - beganMs) / 1_000) * perSecond));
    for (; sent < due; sent += 1) {
      const comment = comments[sent];
      if (comment !== undefined) underWay.push(deliverOne(comment));
    }
    await pause(5);
  }
  await Promise.all(underWay);
  sender.close();
  return record;
}
