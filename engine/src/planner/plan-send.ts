import type { PlatformAction } from '@heddle/schemas';

/** Everything a decision about one send rests on. Plain data; `now` and the facts are the host's. */
export interface SendFacts {
  readonly platform: string;
  readonly action: PlatformAction;
  /** Epoch ms. */
  readonly nowMs: number;
  /** The contact that the run is about; null when there is none. */
  readonly contact: { readonly isOptedOut: boolean; readonly lastInboundAtMs: number | null } | null;
  /** When the comment was written that the action answers; null when it is not known. */
  readonly commentAtMs: number | null;
  /** True when another private reply to the comment was sent, is on its way or has an unknown outcome. */
  readonly isCommentAnsweredPrivately: boolean;
}

export type SendPlan =
  | { readonly decision: 'send' }
  | { readonly decision: 'refuse'; readonly code: 'SEND_REFUSED' | 'SEND_WINDOW_CLOSED'; readonly reason: string };

/** Meta: a message may be sent within 24 h of the person's last message (platforms.md, messaging window). */
export const MESSAGE_WINDOW_MS = 24 * 3_600_000;
/** Meta: a comment may be answered privately within 7 days, once. */
export const PRIVATE_REPLY_WINDOW_MS = 7 * 24 * 3_600_000;

/** Platforms with Meta's messaging rules. Others have no window. */
const WINDOWED_PLATFORMS = new Set(['instagram', 'facebook']);

/**
 * Decides whether something may be sent now. Pure: shared by the worker and whoever wants to know beforehand.
 *
 * @returns `refuse` with the rule in words; what is refused is never attempted.
 */
export function planSend(facts: SendFacts): SendPlan {
  const { action, contact, nowMs } = facts;
  if (
    action.kind === 'http' ||
    action.kind === 'hideComment' ||
    action.kind === 'createContainer' ||
    action.kind === 'publishContainer'
  )
    return { decision: 'send' };
  if (contact?.isOptedOut === true && action.kind !== 'commentReply') {
    return { decision: 'refuse', code: 'SEND_REFUSED', reason: 'The person asked for no more messages.' };
  }
  if (!WINDOWED_PLATFORMS.has(facts.platform)) return { decision: 'send' };
  switch (action.kind) {
    case 'message':
    case 'typing':
    case 'markSeen':
      return planMessage(contact?.lastInboundAtMs ?? null, nowMs);
    case 'privateReply':
      return planPrivateReply(facts);
    case 'commentReply':
      return { decision: 'send' };
    default:
      return assertNever(action);
  }
}

function planMessage(lastInboundAtMs: number | null, nowMs: number): SendPlan {
  if (lastInboundAtMs === null) {
    return {
      decision: 'refuse',
      code: 'SEND_WINDOW_CLOSED',
      reason: 'The person has not written to this account yet, so only a private reply to a comment may reach them.',
    };
  }
  const agoMs = nowMs - lastInboundAtMs;
  if (agoMs < MESSAGE_WINDOW_MS) return { decision: 'send' };
  return {
    decision: 'refuse',
    code: 'SEND_WINDOW_CLOSED',
    reason: `The person last wrote ${Math.floor(agoMs / 3_600_000)} hours ago; after 24 hours no message may be sent.`,
  };
}

function planPrivateReply(facts: SendFacts): SendPlan {
  if (facts.isCommentAnsweredPrivately) {
    return {
      decision: 'refuse',
      code: 'SEND_REFUSED',
      reason: 'The comment already has its private reply; the platform allows one.',
    };
  }
  if (facts.commentAtMs !== null && facts.nowMs - facts.commentAtMs >= PRIVATE_REPLY_WINDOW_MS) {
    return {
      decision: 'refuse',
      code: 'SEND_WINDOW_CLOSED',
      reason: 'The comment is older than 7 days; after that no private reply is allowed.',
    };
  }
  return { decision: 'send' };
}

function assertNever(action: never): never {
  throw new TypeError(`Unknown action ${JSON.stringify(action)}`);
}
