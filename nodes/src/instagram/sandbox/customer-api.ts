/**
 * Types of the sandbox's customer and control API (`{sandbox}/_sandbox/...`), as the phone page, tests and benches see it.
 * Safe for the browser: no Node imports here, in `act-api.ts` or `fault-api.ts`. Times are milliseconds since 1970 on the sandbox's own clock.
 *
 * GET    /_sandbox/                                  SandboxInfo
 * GET    /_sandbox/accounts                          { accounts: AccountView[] }
 * POST   /_sandbox/accounts                          NewAccount -> AccountView
 * PATCH  /_sandbox/accounts/{id}                     AccountSwitches -> AccountView
 * POST   /_sandbox/accounts/{id}/deauthorize         {} -> { revoked: number }   (the owner removes the app)
 * POST   /_sandbox/accounts/{id}/request-deletion    {} -> { callbackStatus, url, confirmationCode }   (the owner wants all data deleted)
 * GET    /_sandbox/personas?account={id}             { personas: PersonaView[] }
 * POST   /_sandbox/personas                          NewPersona -> PersonaView
 * PATCH  /_sandbox/personas/{id}                     PersonaSwitches -> PersonaView
 * GET    /_sandbox/accounts/{id}/posts               { posts: PostView[] }        (newest first, with comments)
 * POST   /_sandbox/accounts/{id}/posts               NewPost -> PostView          (posted by hand in the app, not by the API)
 * GET    /_sandbox/posts/{mediaId}                   PostView
 * GET    /_sandbox/accounts/{id}/threads             { threads: ThreadSummary[] }
 * GET    /_sandbox/accounts/{id}/threads/{persona}   ThreadView
 * PATCH  /_sandbox/accounts/{id}/threads/{persona}   ThreadSwitches -> ThreadView
 * POST   /_sandbox/accounts/{id}/threads/{persona}/request-deletion   {} -> as above   (the person wants it)
 * POST   /_sandbox/act                               ActRequest -> ActResult      (do something as a persona)
 * POST   /_sandbox/business-message                  BusinessMessage -> ActResult (a member types in the Instagram app)
 * POST   /_sandbox/bulk-comments                     BulkComments -> BulkResult
 * POST   /_sandbox/bulk-messages                     BulkMessages -> BulkResult
 * GET    /_sandbox/events?account=&persona=          server-sent events, each `data:` a LiveEvent
 * GET    /_sandbox/faults                            SandboxSettings
 * PUT    /_sandbox/faults                            SandboxSettingsPatch -> SandboxSettings
 * POST   /_sandbox/faults/presets/{key}              {} -> SandboxSettings
 * DELETE /_sandbox/faults                            -> SandboxSettings (all switches back to their defaults)
 * GET    /_sandbox/clock                             ClockView
 * POST   /_sandbox/clock                             { advanceMs } -> ClockView
 * GET    /_sandbox/ledger?after=&kind=&limit=        LedgerPage   (everything the platform really accepted)
 * GET    /_sandbox/deliveries                        DeliveriesView
 * GET    /_sandbox/apps                              { apps: AppView[] }
 * PUT    /_sandbox/apps/{id}/webhook                 { callbackUrl, verifyToken } -> AppView (after the challenge handshake)
 * POST   /_sandbox/tokens                            { accountId, scopes? } -> IssuedToken
 * POST   /_sandbox/reset                             {} -> SandboxInfo
 *
 * Refusals are `{ "error": { "message": string } }` with status 400, 404, 405 or 415. Every body must be `application/json`.
 */

export interface SandboxInfo {
  readonly baseUrl: string;
  readonly nowMs: number;
  readonly apps: readonly AppView[];
  readonly accounts: readonly AccountView[];
  readonly personas: readonly PersonaView[];
}

export interface AppView {
  readonly id: string;
  readonly name: string;
  readonly callbackUrl: string | null;
  /** The callback has answered the challenge handshake; nothing is delivered before. */
  readonly isVerified: boolean;
  readonly subscriptions: readonly { readonly accountId: string; readonly fields: readonly string[] }[];
}

export interface AccountView {
  /** The professional account id (`1784...`): the one in paths and in webhook entries. */
  readonly id: string;
  /** What `/me` calls `id`; never used in webhooks. */
  readonly appScopedId: string;
  readonly username: string;
  readonly name: string;
  readonly accountType: 'BUSINESS' | 'MEDIA_CREATOR';
  readonly biography: string;
  readonly pictureUrl: string;
  readonly followersCount: number;
  readonly followsCount: number;
  readonly postsCount: number;
  readonly isPublic: boolean;
  readonly allowsMessageAccess: boolean;
  readonly isRestricted: boolean;
  readonly iceBreakers: readonly string[];
  readonly menu: readonly { readonly title: string; readonly type: 'postback' | 'web_url' }[];
}

export interface NewAccount {
  readonly username: string;
  readonly name: string;
  readonly biography?: string;
}

export interface AccountSwitches {
  /** "Allow access to messages" in the Instagram app; off refuses every send with 200/2534041. */
  readonly allowsMessageAccess?: boolean;
  /** A private account sends no comment webhooks. */
  readonly isPublic?: boolean;
  /** Restricted by Instagram; refuses every send with 10/1893063 and every publish with 25/2207050. */
  readonly isRestricted?: boolean;
  /** Times 4800 = calls allowed per 24 h outside messaging. */
  readonly impressions24h?: number;
}

export interface PersonaView {
  readonly id: string;
  /** Account-scoped id of this person for the account asked about (the seeded account by default). */
  readonly igsid: string;
  readonly name: string;
  readonly username: string;
  readonly avatarColor: string;
  readonly pictureUrl: string;
  /** BCP 47, for example `sw` or `en`. */
  readonly language: string;
  readonly about: string;
  readonly isVerified: boolean;
  readonly followerCount: number;
  readonly followsBusiness: boolean;
  readonly businessFollows: boolean;
  readonly reach: PersonaReach;
}

/** `blocked`: blocked the business (100/2534029). `unavailable`: 551/1545041. `cannot-receive`: 10/2018108. */
export type PersonaReach = 'ok' | 'blocked' | 'unavailable' | 'cannot-receive';

export interface NewPersona {
  readonly name: string;
  readonly username?: string;
  readonly avatarColor?: string;
  readonly language?: string;
  readonly about?: string;
  readonly isVerified?: boolean;
  readonly followerCount?: number;
  readonly followsBusiness?: boolean;
}

export interface PersonaSwitches {
  readonly followsBusiness?: boolean;
  readonly businessFollows?: boolean;
  readonly isVerified?: boolean;
  readonly reach?: PersonaReach;
}

export interface PostView {
  readonly id: string;
  readonly accountId: string;
  readonly kind: 'image' | 'carousel' | 'reel' | 'story' | 'live';
  readonly caption: string;
  readonly pictureUrls: readonly string[];
  readonly permalink: string;
  readonly atMs: number;
  readonly likeCount: number;
  readonly commentsCount: number;
  readonly isCommentEnabled: boolean;
  /** Oldest first, at most the newest 200; `commentsCount` counts all. */
  readonly comments: readonly CommentView[];
}

export interface NewPost {
  readonly caption: string;
  readonly kind?: 'image' | 'reel' | 'story' | 'live';
  /** Name of a picture of the sandbox, see `SANDBOX_PICTURES`. */
  readonly picture?: string;
}

export interface CommentView {
  readonly id: string;
  readonly mediaId: string;
  readonly parentId: string | null;
  /** `null` when the business wrote it. */
  readonly personaId: string | null;
  readonly username: string;
  readonly text: string;
  readonly atMs: number;
  readonly isHidden: boolean;
  readonly isByBusiness: boolean;
  /** Set once the business has answered this comment with a direct message. */
  readonly privateReplyMid: string | null;
}

export interface ThreadSummary {
  readonly accountId: string;
  readonly personaId: string;
  readonly updatedAtMs: number;
  readonly preview: string;
  readonly unseenByPersona: number;
}

export interface ThreadView {
  readonly accountId: string;
  readonly personaId: string;
  readonly igsid: string;
  /** Where the thread lies in the persona's app: a private reply to a non-follower lands in requests. */
  readonly folder: 'inbox' | 'requests';
  /** End of the 24 h messaging window; `null` when it was never opened. */
  readonly windowClosesAtMs: number | null;
  /** End of the 7 days in which a member may answer with the HUMAN_AGENT tag. */
  readonly humanAgentClosesAtMs: number | null;
  readonly hasConsent: boolean;
  readonly isOwnedByOtherApp: boolean;
  readonly isBusinessTyping: boolean;
  /** When the business last marked the thread as seen. */
  readonly seenByBusinessAtMs: number | null;
  readonly bubbles: readonly BubbleView[];
  /** Chips under the last bubble; gone after a tap or a newer message. */
  readonly quickReplies: { readonly mid: string; readonly titles: readonly string[] } | null;
  /** Questions offered while the thread is empty. */
  readonly iceBreakers: readonly string[];
}

export interface ThreadSwitches {
  /** Another app controls the conversation: sends are refused with 100/2534037, events go to `standby`. */
  readonly isOwnedByOtherApp: boolean;
}

export interface BubbleView {
  readonly mid: string;
  readonly from: 'business' | 'persona';
  /** For bubbles of the business: sent by the API, or typed by a member in the Instagram app. */
  readonly via: 'api' | 'app';
  readonly atMs: number;
  readonly content: BubbleContent;
  readonly reactions: readonly {
    readonly by: 'business' | 'persona';
    readonly reaction: string;
    readonly emoji: string;
  }[];
  readonly replyToMid: string | null;
  readonly privateReplyTo: {
    readonly commentId: string;
    readonly commentText: string;
    readonly mediaId: string;
    readonly pictureUrl: string;
  } | null;
  readonly isDeleted: boolean;
  readonly isEdited: boolean;
  /** The persona has seen it (bubbles of the business only). */
  readonly isSeen: boolean;
}

export type BubbleContent =
  | { readonly kind: 'text'; readonly text: string; readonly quickReplyPayload?: string }
  | { readonly kind: 'image'; readonly urls: readonly string[] }
  | { readonly kind: 'audio' | 'video' | 'file'; readonly url: string }
  | { readonly kind: 'sticker' }
  | {
      readonly kind: 'post';
      readonly mediaId: string;
      readonly caption: string;
      readonly pictureUrl: string;
      readonly permalink: string;
    }
  | { readonly kind: 'carousel'; readonly cards: readonly CardView[] }
  | { readonly kind: 'button-card'; readonly text: string; readonly buttons: readonly ButtonView[] }
  | { readonly kind: 'postback'; readonly title: string; readonly payload: string }
  | { readonly kind: 'story-reply'; readonly text: string; readonly mediaId: string; readonly pictureUrl: string }
  | { readonly kind: 'story-mention'; readonly url: string }
  | { readonly kind: 'unsupported' };

export interface CardView {
  readonly title: string;
  readonly subtitle: string | null;
  readonly imageUrl: string | null;
  readonly defaultUrl: string | null;
  readonly buttons: readonly ButtonView[];
}

export type ButtonView =
  | { readonly type: 'web_url'; readonly title: string; readonly url: string }
  | { readonly type: 'postback'; readonly title: string; readonly payload: string };

export type LiveEvent =
  | {
      readonly kind: 'comment';
      readonly accountId: string;
      readonly personaId: string | null;
      readonly comment: CommentView;
    }
  | {
      readonly kind: 'comment-changed' | 'comment-deleted';
      readonly accountId: string;
      readonly personaId: string | null;
      readonly mediaId: string;
      readonly commentId: string;
    }
  | { readonly kind: 'bulk'; readonly accountId: string; readonly mediaId: string | null; readonly count: number }
  | {
      readonly kind: 'bubble' | 'bubble-changed';
      readonly accountId: string;
      readonly personaId: string;
      readonly bubble: BubbleView;
    }
  | { readonly kind: 'typing'; readonly accountId: string; readonly personaId: string; readonly isOn: boolean }
  | {
      readonly kind: 'seen';
      readonly accountId: string;
      readonly personaId: string;
      readonly by: 'business' | 'persona';
    }
  | { readonly kind: 'post'; readonly accountId: string; readonly mediaId: string }
  | { readonly kind: 'personas-changed' | 'accounts-changed' | 'settings-changed' | 'reset' }
  | { readonly kind: 'clock'; readonly nowMs: number };

export interface ClockView {
  readonly nowMs: number;
  /** How far the sandbox's clock runs ahead of the machine's. */
  readonly offsetMs: number;
}

export interface LedgerEntry {
  /** Position in the ledger, growing by one; `after` of the next page. */
  readonly seq: number;
  readonly kind: 'message' | 'private-reply' | 'comment-reply' | 'comment' | 'publish' | 'reaction';
  /** The id that the caller was given: mid, comment id or media id. */
  readonly id: string;
  readonly accountId: string;
  /** IGSID for messages and private replies; the author of the parent for comment replies. */
  readonly recipientId: string | null;
  readonly commentId: string | null;
  readonly mediaId: string | null;
  readonly text: string;
  readonly atMs: number;
  /** SHA-256 (hex) of path (without version), query (without token) and body bytes: equal for an identical request sent twice. */
  readonly requestHash: string;
}

export interface LedgerPage {
  readonly entries: readonly LedgerEntry[];
  readonly nextAfter: number | null;
}

export interface DeliveriesView {
  readonly pending: number;
  readonly delivered: number;
  readonly failedAttempts: number;
  readonly dropped: number;
  readonly givenUp: number;
  /** The newest 100 attempts, newest first. */
  readonly recent: readonly {
    readonly id: string;
    readonly url: string;
    readonly atMs: number;
    readonly attempt: number;
    readonly status: number | null;
    readonly durationMs: number;
    readonly body: string;
    readonly problem: string | null;
  }[];
}

export interface IssuedToken {
  readonly accessToken: string;
  readonly accountId: string;
  readonly appScopedId: string;
  readonly username: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
}

export type * from './act-api.ts';
export * from './fault-api.ts';
