import type { InboundEvent, JsonObject } from '@heddle/schemas';
import type { Prng } from '../prng.ts';
import { WORDS } from './random-flow.ts';

/** An event and when it comes in. */
export interface Delivery {
  readonly atMs: number;
  readonly event: InboundEvent;
}

/** What one to three people do: bursts and pauses, delivered late, out of order and more than once. */
export function drawDeliveries(random: Prng, startMs: number): Delivery[] {
  const people = Array.from({ length: random.between(1, 3) }, (_, person) => `p${person}`);
  const deliveries: Delivery[] = [];
  const count = random.between(2, 9);
  let atMs = startMs;
  for (let number = 0; number < count; number += 1) {
    atMs += random.pick([0, random.int(20), random.int(5_000), random.int(60_000), random.int(3_600_000)]);
    const event = drawEvent(random, number, atMs, random.pick(people));
    const lateMs = random.chance(0.2) ? random.int(120_000) : random.int(50);
    deliveries.push({ atMs: atMs + lateMs, event });
    for (let again = 0; again < 3 && random.chance(0.2); again += 1)
      deliveries.push({ atMs: atMs + lateMs + random.int(90_000), event });
  }
  return deliveries;
}

function drawEvent(random: Prng, number: number, occurredAtMs: number, platformId: string): InboundEvent {
  const text = random.chance(0.03) ? 'stop' : random.pick(WORDS);
  const about = { occurredAtMs, contact: { platformId, username: `user.${platformId}` } };
  const poison: JsonObject = random.chance(0.03) ? { poison: random.between(1, 6) } : {};
  if (random.chance(0.35)) {
    return {
      kind: 'instagram/comment',
      key: `comment:${number}`,
      ...about,
      data: { commentId: `c${number}`, mediaId: 'media', mediaKind: 'post', text, ...poison },
    };
  }
  return {
    kind: 'instagram/message',
    key: `message:${number}`,
    ...about,
    data: { messageId: `in${number}`, text, ...poison },
  };
}
