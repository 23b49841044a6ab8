import type { PlatformAction } from '@heddle/schemas';
import type { RateLimit } from '@heddle/engine';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;

/** 100 per second; one page says 300, the lower is safe (platforms.md F.1). */
const TEXT: RateLimit = { bucket: 'send', amount: 100, perMs: SECOND_MS };
const HEAVY_MEDIA: RateLimit = { bucket: 'sendMedia', amount: 10, perMs: SECOND_MS };
const PRIVATE_REPLY: RateLimit = { bucket: 'privateReply', amount: 750, perMs: HOUR_MS };
/** Containers that an account may make in a day (platforms.md D.1). */
const CONTAINER: RateLimit = { bucket: 'container', amount: 400, perMs: 24 * HOUR_MS };

/**
 * The limits that an action counts against, per account. Comment replies have no published number; Instagram's spam protection
 * stands in, which the error table turns into a pause of the account.
 */
export function limitsOf(action: PlatformAction): readonly RateLimit[] {
  switch (action.kind) {
    case 'message':
      return action.message.kind === 'audio' || action.message.kind === 'video' ? [TEXT, HEAVY_MEDIA] : [TEXT];
    case 'privateReply':
      return [PRIVATE_REPLY];
    case 'typing':
    case 'markSeen':
      return [TEXT];
    case 'createContainer':
      return [CONTAINER];
    default:
      // How many posts may be published differs between accounts and is asked for (`publishingLimit`).
      return [];
  }
}
