import type { OUTBOX_STATES } from '@heddle/schemas/api';
import type { EventState, RunStatus } from '@heddle/schemas';
import type { PostStatus } from './tables.ts';

/** Everything that is known about a post on its way. Plain data. */
export interface PostFacts {
  readonly status: PostStatus;
  /** The event that started it; null while it is not taken in. */
  readonly event: { readonly state: EventState; readonly reason: string | null } | null;
  readonly run: { readonly status: RunStatus; readonly error: string | null } | null;
  /** The newest publish call of the run. */
  readonly call: {
    readonly state: (typeof OUTBOX_STATES)[number];
    readonly platformId: string | null;
    readonly reason: string | null;
  } | null;
}

/** What a post becomes. */
export interface PostOutcome {
  readonly status: 'published' | 'failed' | 'unconfirmed';
  readonly mediaId: string | null;
  readonly reason: string | null;
}

const ACTIVE = new Set<RunStatus>(['running', 'waiting']);

/**
 * What became of a post whose flow did not say so itself: it failed, was cancelled, or has no reporting node. Pure.
 *
 * What the publish call left behind counts more than how the run ended. @returns null while it is not decided.
 */
export function settlePost({ status, event, run, call }: PostFacts): PostOutcome | null {
  if (status !== 'publishing' && status !== 'unconfirmed') return null;
  const isUnderWay = run !== null && ACTIVE.has(run.status);
  if (isUnderWay && status === 'publishing') return null;
  if (call !== null) {
    const outcome = outcomeOfCall(call);
    if (outcome !== null) return outcome.status === status ? null : outcome;
  }
  if (run !== null) {
    // An unconfirmed post that a person settled as not sent comes here with its call `failed`.
    return failed(call?.reason ?? run.error ?? endWords(run.status));
  }
  if (event === null || event.state === 'pending' || event.state === 'processing') return null;
  return failed(event.reason ?? 'No live flow publishes the posts of this account.');
}

/** What a report of a flow comes to, given the publish call: a call that went out is never "not published". */
export function judgeReport(said: PostOutcome, call: PostFacts['call']): PostOutcome {
  const known = call === null ? null : outcomeOfCall(call);
  if (known === null) {
    return said.status === 'published'
      ? {
          status: 'unconfirmed',
          mediaId: null,
          reason: 'The flow says that it is published, but no publish call of its went out.',
        }
      : said;
  }
  if (known.status === 'published')
    return { status: 'published', mediaId: known.mediaId ?? said.mediaId, reason: null };
  return { ...known, reason: said.reason === null || said.reason === '' ? known.reason : said.reason };
}

/** null: the call certainly had no effect. */
function outcomeOfCall(call: NonNullable<PostFacts['call']>): PostOutcome | null {
  switch (call.state) {
    case 'sent':
      return { status: 'published', mediaId: call.platformId, reason: null };
    case 'sending':
    case 'unknown':
      return {
        status: 'unconfirmed',
        mediaId: null,
        reason: call.reason ?? 'Instagram was told to publish it; whether it did is not known yet.',
      };
    default:
      return null;
  }
}

function failed(reason: string): PostOutcome {
  return { status: 'failed', mediaId: null, reason };
}

function endWords(status: RunStatus): string {
  return status === 'cancelled'
    ? 'The run was cancelled before the post was published.'
    : 'The flow ended without publishing the post.';
}
