import type { MessagingRules, PlatformAction } from '@heddle/schemas';
import { ANSWER_GRACE_MS, quietUntilMs } from './quiet-hours.ts';

/** Everything a decision about one send rests on. Plain data; `now` and the facts are the host's. */
export interface SendFacts {
  readonly platform: string;
  readonly action: PlatformAction;
  /** Epoch ms. */
  readonly nowMs: number;
  /** The contact that the run is about; null when there is none. */
  readonly contact: SendContact | null;
  /** When the comment was written that the action answers; null when it is not known. */
  readonly commentAtMs: number | null;
  /** True when another private reply to the comment was sent, is on its way or has an unknown outcome. */
  readonly isCommentAnsweredPrivately: boolean;
  /** Of the workspace. Left out: no quiet hours and no caps. */
  readonly rules?: MessagingRules;
  /** Epoch ms of the private messages that flows sent to the contact in the longest period of the caps. */
  readonly sentAtMs?: readonly number[];
}

/** What is known of the person. */
export interface SendContact {
  readonly isOptedOut: boolean;
  readonly lastInboundAtMs: number | null;
  /** Until when a person of the team has the conversation; null or past: nobody has. */
  readonly takenOverUntilMs?: number | null;
  /** IANA name, when the platform or a flow knows it. */
  readonly timeZone?: string;
}

export type SendPlan =
  | { readonly decision: 'send' }
  /** Not now: to be planned anew at `atMs`. */
  | { readonly decision: 'later'; readonly atMs: number; readonly code: 'SEND_POSTPONED'; readonly reason: string }
  | { readonly decision: 'refuse'; readonly code: 'SEND_REFUSED' | 'SEND_WINDOW_CLOSED'; readonly reason: string };

/** Meta: a message may be sent within 24 h of the person's last message (platforms.md, messaging window). */
export const MESSAGE_WINDOW_MS = 24 * 3_600_000;
/** Meta: a comment may be answered privately within 7 days, once. */
export const PRIVATE_REPLY_WINDOW_MS = 7 * 24 * 3_600_000;

const HOUR_MS = 3_600_000;

/** Platforms with Meta's messaging rules. Others have no window. */
const WINDOWED_PLATFORMS = new Set(['instagram', 'facebook']);

/** What reaches one person in private, and so falls under the rules of the workspace. */
type PrivateAction = Extract<PlatformAction, { kind: 'message' | 'privateReply' | 'typing' | 'markSeen' }>;

/**
 * Decides whether something may be sent now. Pure: shared by the worker and whoever wants to know beforehand.
 *
 * @returns `refuse` or `later` with the rule in words; what is refused is never attempted. Rules of the platform come first: what it would
 * refuse anyway is not put off.
 */
export function planSend(facts: SendFacts): SendPlan {
  const { action } = facts;
  switch (action.kind) {
    case 'message':
    case 'typing':
    case 'markSeen':
    case 'privateReply':
      return planPrivate(facts, action);
    case 'http':
    case 'hideComment':
    case 'commentReply':
    case 'createContainer':
    case 'publishContainer':
      return { decision: 'send' };
    default:
      return assertNever(action);
  }
}

function planPrivate(facts: SendFacts, action: PrivateAction): SendPlan {
  const { contact, nowMs } = facts;
  if (contact?.isOptedOut === true)
    return { decision: 'refuse', code: 'SEND_REFUSED', reason: 'The person asked for no more messages.' };
  if ((contact?.takenOverUntilMs ?? 0) > nowMs)
    return {
      decision: 'refuse',
      code: 'SEND_REFUSED',
      reason: 'A person of the team has taken over this conversation, so flows stay out of it.',
    };
  const byPlatform = planByPlatform(facts, action, nowMs);
  return byPlatform ?? planByRules(facts, action) ?? { decision: 'send' };
}

/** @returns Null when the platform has nothing against it at `atMs`. */
function planByPlatform(facts: SendFacts, action: PrivateAction, atMs: number): SendPlan | null {
  if (!WINDOWED_PLATFORMS.has(facts.platform)) return null;
  return action.kind === 'privateReply'
    ? planPrivateReply(facts, atMs)
    : planMessage(facts.contact?.lastInboundAtMs ?? null, atMs);
}

/** Caps and quiet hours of the workspace. Typing signs and read marks disturb nobody and count for nothing. */
function planByRules(facts: SendFacts, action: PrivateAction): SendPlan | null {
  const { rules, contact, nowMs } = facts;
  if (rules === undefined || action.kind === 'typing' || action.kind === 'markSeen') return null;
  const full = (rules.caps ?? []).find(
    ({ messages, periodHours }) =>
      (facts.sentAtMs ?? []).filter((atMs) => atMs > nowMs - periodHours * HOUR_MS).length >= messages,
  );
  if (full !== undefined)
    return {
      decision: 'refuse',
      code: 'SEND_REFUSED',
      reason: `The person got ${full.messages} ${full.messages === 1 ? 'message' : 'messages'} of flows within ${full.periodHours} hours, which is the most that your settings allow.`,
    };
  const commentAtMs = action.kind === 'privateReply' ? facts.commentAtMs : null;
  const lastActedAtMs = Math.max(contact?.lastInboundAtMs ?? 0, commentAtMs ?? 0);
  if (rules.quietHours === undefined || nowMs - lastActedAtMs <= ANSWER_GRACE_MS) return null;
  const untilMs = quietUntilMs(rules.quietHours, contact?.timeZone, nowMs);
  if (untilMs === null) return null;
  const then = planByPlatform(facts, action, untilMs);
  if (then?.decision === 'refuse')
    return { ...then, reason: `It is quiet hours for the person, and when they end it is too late. ${then.reason}` };
  return {
    decision: 'later',
    atMs: untilMs,
    code: 'SEND_POSTPONED',
    reason: `It is quiet hours for the person until ${new Date(untilMs).toISOString()}; the message waits until then.`,
  };
}

function planMessage(lastInboundAtMs: number | null, nowMs: number): SendPlan | null {
  if (lastInboundAtMs === null) {
    return {
      decision: 'refuse',
      code: 'SEND_WINDOW_CLOSED',
      reason: 'The person has not written to this account yet, so only a private reply to a comment may reach them.',
    };
  }
  const agoMs = nowMs - lastInboundAtMs;
  if (agoMs < MESSAGE_WINDOW_MS) return null;
  return {
    decision: 'refuse',
    code: 'SEND_WINDOW_CLOSED',
    reason: `The person last wrote ${Math.floor(agoMs / HOUR_MS)} hours before; after 24 hours no message may be sent.`,
  };
}

function planPrivateReply(facts: SendFacts, atMs: number): SendPlan | null {
  if (facts.isCommentAnsweredPrivately) {
    return {
      decision: 'refuse',
      code: 'SEND_REFUSED',
      reason: 'The comment already has its private reply; the platform allows one.',
    };
  }
  if (facts.commentAtMs !== null && atMs - facts.commentAtMs >= PRIVATE_REPLY_WINDOW_MS) {
    return {
      decision: 'refuse',
      code: 'SEND_WINDOW_CLOSED',
      reason: 'The comment is older than 7 days; after that no private reply is allowed.',
    };
  }
  return null;
}

function assertNever(action: never): never {
  throw new TypeError(`Unknown action ${JSON.stringify(action)}`);
}
