/**
 * Types of the sandbox's customer and control API (`{sandbox}/_sandbox/...`), as the phone page, tests and benches see it.
 * Safe for the browser: this file imports nothing. Times are milliseconds since 1970 on the sandbox's own clock.
 *
 * GET    /_sandbox/                                  SandboxInfo
 * GET    /_sandbox/accounts                          { accounts: AccountView[] }
 * POST   /_sandbox/accounts                          NewAccount -> AccountView
 * PATCH  /_sandbox/accounts/{id}                     AccountSwitches -> AccountView
 * POST   /_sandbox/accounts/{id}/deauthorize         {} -> { revoked: number }   (the owner removes the app)
 * GET    /_sandbox/personas?account={id}             { personas: PersonaView[] }
 * POST   /_sandbox/personas                          NewPersona -> PersonaView
 * PATCH  /_sandbox/personas/{id}                     PersonaSwitches -> PersonaView
 * GET    /_sandbox/accounts/{id}/posts               { posts: PostView[] }        (newest first, with comments)
 * POST   /_sandbox/accounts/{id}/posts               NewPost -> PostView          (posted by hand in the app, not by the API)
 * GET    /_sandbox/posts/{mediaId}                   PostView
 * GET    /_sandbox/accounts/{id}/threads             { threads: ThreadSummary[] }
 * GET    /_sandbox/accounts/{id}/threads/{persona}   ThreadView
 * PATCH  /_sandbox/accounts/{id}/threads/{persona}   ThreadSwitches -> ThreadView
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
  readonly reactions: readonly { readonly by: 'business' | 'persona'; readonly reaction: string; readonly emoji: string }[];
  readonly replyToMid: string | null;
  readonly privateReplyTo: { readonly commentId: string; readonly commentText: string; readonly mediaId: string; readonly pictureUrl: string } | null;
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
  | { readonly kind: 'post'; readonly mediaId: string; readonly caption: string; readonly pictureUrl: string; readonly permalink: string }
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

export interface ActRequest {
  readonly accountId: string;
  readonly personaId: string;
  readonly act: PersonaAct;
}

/** What a customer can do on the phone. Everything but `comment`, `react`, `unreact`, `seen` and `open-link` opens the 24 h window. */
export type PersonaAct =
  | { readonly kind: 'comment'; readonly mediaId: string; readonly text: string; readonly parentId?: string }
  | { readonly kind: 'text'; readonly text: string; readonly replyToMid?: string; readonly ref?: string }
  | { readonly kind: 'tap-quick-reply'; readonly mid: string; readonly index: number }
  | { readonly kind: 'tap-button'; readonly mid: string; readonly cardIndex?: number; readonly buttonIndex: number }
  | { readonly kind: 'tap-ice-breaker'; readonly index: number }
  | { readonly kind: 'tap-menu-item'; readonly index: number }
  | { readonly kind: 'story-reply'; readonly mediaId: string; readonly text: string }
  | { readonly kind: 'story-mention' }
  | { readonly kind: 'share-post'; readonly mediaId: string }
  | { readonly kind: 'image'; readonly picture?: string; readonly url?: string }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'react'; readonly mid: string; readonly reaction: ReactionName; readonly emoji?: string }
  | { readonly kind: 'unreact'; readonly mid: string }
  | { readonly kind: 'edit-message'; readonly mid: string; readonly text: string }
  | { readonly kind: 'delete-message'; readonly mid: string }
  | { readonly kind: 'seen' }
  | { readonly kind: 'open-link'; readonly ref: string };

export type ReactionName = 'love' | 'like' | 'laugh' | 'wow' | 'sad' | 'angry' | 'other';

export interface ActResult {
  readonly commentId?: string;
  readonly mid?: string;
  /** A `web_url` button opens this page in the persona's browser; nothing is told to the business. */
  readonly openedUrl?: string;
}

export interface BusinessMessage {
  readonly accountId: string;
  readonly personaId: string;
  readonly text: string;
}

export interface BulkComments {
  readonly accountId: string;
  readonly mediaId: string;
  /** 1 to 20,000. */
  readonly count: number;
  /** Taken in turn; `{n}` becomes the number of the comment, starting at 1. */
  readonly texts: readonly string[];
  /** How many different people comment; by default each comment has its own author. */
  readonly authors?: number;
  /** Prefix of the authors' user names, so that two bulks have different authors. */
  readonly authorPrefix?: string;
}

export interface BulkMessages {
  readonly accountId: string;
  /** Text messages from people known by their IGSID (for example authors of a bulk of comments). */
  readonly messages: readonly { readonly igsid: string; readonly text: string }[];
}

export interface BulkResult {
  readonly count: number;
  readonly items: readonly { readonly id: string; readonly igsid: string }[];
}

export type LiveEvent =
  | { readonly kind: 'comment'; readonly accountId: string; readonly personaId: string | null; readonly comment: CommentView }
  | { readonly kind: 'comment-changed' | 'comment-deleted'; readonly accountId: string; readonly personaId: string | null; readonly mediaId: string; readonly commentId: string }
  | { readonly kind: 'bulk'; readonly accountId: string; readonly mediaId: string | null; readonly count: number }
  | { readonly kind: 'bubble' | 'bubble-changed'; readonly accountId: string; readonly personaId: string; readonly bubble: BubbleView }
  | { readonly kind: 'typing'; readonly accountId: string; readonly personaId: string; readonly isOn: boolean }
  | { readonly kind: 'seen'; readonly accountId: string; readonly personaId: string; readonly by: 'business' | 'persona' }
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
  readonly recent: readonly { readonly id: string; readonly url: string; readonly atMs: number; readonly attempt: number; readonly status: number | null; readonly durationMs: number; readonly body: string; readonly problem: string | null }[];
}

export interface IssuedToken {
  readonly accessToken: string;
  readonly accountId: string;
  readonly appScopedId: string;
  readonly username: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
}

/** Which calls a fault rule applies to. `send` covers messages and private replies; `any` covers every Graph call. */
export type FaultTarget = 'send' | 'sender-action' | 'comment-reply' | 'publish' | 'container' | 'read' | 'oauth' | 'any';

export type FaultOutcome =
  | { readonly kind: 'graph-error'; readonly code: number; readonly subcode?: number; readonly isTransient?: boolean; readonly httpStatus?: number; readonly message?: string }
  /** A bare HTTP answer without a Graph envelope, as a proxy gives it. */
  | { readonly kind: 'http-status'; readonly status: number; readonly afterEffect?: boolean }
  /** The call takes effect and the answer never comes. */
  | { readonly kind: 'no-answer'; readonly afterEffect: boolean }
  /** The connection is cut without an answer. */
  | { readonly kind: 'disconnect'; readonly afterEffect: boolean };

export interface FaultRule {
  readonly target: FaultTarget;
  readonly outcome: FaultOutcome;
  /** How many more calls it hits; `null` for every call until switched off. */
  readonly remaining: number | null;
  /** 0 to 1; 1 by default. */
  readonly probability?: number;
}

export interface WebhookSettings {
  /** Share of events that are delivered a second time. */
  readonly duplicateRate: number;
  /** Share of events held back for up to `reorderDelayMs`, so that later ones overtake them. */
  readonly reorderRate: number;
  readonly reorderDelayMs: number;
  /** Share of events that are never delivered. */
  readonly dropRate: number;
  /** At most so many events share one POST (when they wait at the same time). 1 to 1000. */
  readonly batchSize: number;
  /** How events share a POST: several entries, or several items within one entry where the platform allows it. */
  readonly batchShape: 'entries' | 'items';
  /** Deliver a send's echo before the send's own HTTP answer. */
  readonly echoBeforeAnswer: boolean;
  /** `changes[]` as seen in real deliveries, or the flat `{field, value}` entry of the reference page. */
  readonly commentEnvelope: 'changes' | 'flat';
  /** Also escape `<`, `%` and `@`, as older documentation says. */
  readonly escapesSymbols: boolean;
  /** Which of the app's two secrets signs. */
  readonly signingSecret: 'instagram' | 'meta';
  /** Nothing is delivered while true; events wait. */
  readonly isPaused: boolean;
}

/** Points on which public sources disagree; a client must live with both answers. */
export interface PlatformVariants {
  readonly tokenAnswer: 'wrapped' | 'flat';
  readonly permissionsAs: 'text' | 'list';
  readonly userIdAs: 'text' | 'number';
  readonly consentErrorCode: number;
  readonly sendsPerSecond: number;
  /** Quick replies, attachments and templates in private replies. */
  readonly allowsRichPrivateReplies: boolean;
  readonly repeatedPrivateReply: '100/2534025' | '10/2534022';
  readonly hasHumanAgentFeature: boolean;
  readonly hasMultiImage: boolean;
  readonly quotaTotal: number;
  readonly enforcesRateLimits: boolean;
  /** How long a container stays IN_PROGRESS on the sandbox's clock. */
  readonly imageProcessingMs: number;
  readonly videoProcessingMs: number;
}

export interface SandboxSettings {
  readonly rules: readonly FaultRule[];
  /** Added to every Graph call, chosen evenly between the two. */
  readonly latencyMs: { readonly min: number; readonly max: number };
  readonly webhooks: WebhookSettings;
  readonly variants: PlatformVariants;
}

/** Each part given replaces (rules, latency) or is merged into (webhooks, variants) what is set. */
export interface SandboxSettingsPatch {
  readonly rules?: readonly FaultRule[];
  readonly latencyMs?: { readonly min: number; readonly max: number };
  readonly webhooks?: Partial<WebhookSettings>;
  readonly variants?: Partial<PlatformVariants>;
}

export interface FaultPreset {
  readonly key: string;
  readonly label: string;
  readonly patch: SandboxSettingsPatch;
}

/** Ready-made troubles for the phone page's fault menu. */
export const FAULT_PRESETS: readonly FaultPreset[] = [
  { key: 'sends-fail-3', label: 'Next 3 sends fail for a moment (code 2)', patch: { rules: [{ target: 'send', outcome: { kind: 'graph-error', code: 2, subcode: 1545133, isTransient: true }, remaining: 3 }] } },
  { key: 'rate-limited', label: 'Next 5 sends hit the rate limit (613)', patch: { rules: [{ target: 'send', outcome: { kind: 'graph-error', code: 613 }, remaining: 5 }] } },
  { key: 'app-limited', label: 'Next 5 calls hit the app limit (4)', patch: { rules: [{ target: 'any', outcome: { kind: 'graph-error', code: 4 }, remaining: 5 }] } },
  { key: 'window-closed', label: 'Next send meets a closed window (10/2534022)', patch: { rules: [{ target: 'send', outcome: { kind: 'graph-error', code: 10, subcode: 2534022 }, remaining: 1 }] } },
  { key: 'token-dead', label: 'Next call finds the token invalid (190)', patch: { rules: [{ target: 'any', outcome: { kind: 'graph-error', code: 190, subcode: 460 }, remaining: 1 }] } },
  { key: 'silent-success', label: 'Next send arrives, its answer does not', patch: { rules: [{ target: 'send', outcome: { kind: 'no-answer', afterEffect: true }, remaining: 1 }] } },
  { key: 'server-errors', label: 'Next 3 calls answer 503', patch: { rules: [{ target: 'any', outcome: { kind: 'http-status', status: 503 }, remaining: 3 }] } },
  { key: 'slow', label: 'Every call takes 2 to 4 seconds', patch: { latencyMs: { min: 2000, max: 4000 } } },
  { key: 'messy-webhooks', label: 'Webhooks arrive twice, late and out of order', patch: { webhooks: { duplicateRate: 0.3, reorderRate: 0.3 } } },
  { key: 'lost-webhooks', label: 'One webhook in five is lost', patch: { webhooks: { dropRate: 0.2 } } },
];
