/**
 * Rows of the sandbox's state. Rows are never changed in place: a change puts a new row under the same key, so that a
 * failed transaction can put the old one back. Times are milliseconds on the sandbox's clock.
 */
import type { BubbleContent, LedgerEntry, PersonaReach, ReactionName, SandboxSettings } from './customer-api.ts';
import type { JsonObject } from './json.ts';

export interface AppRow {
  readonly id: string;
  readonly name: string;
  readonly callbackUrl: string | null;
  readonly verifyToken: string;
  readonly isVerified: boolean;
}

export interface AccountRow {
  readonly id: string;
  readonly appScopedId: string;
  /** 1, 2, 3 ...: part of the IGSIDs of everybody who writes to this account. */
  readonly number: number;
  readonly username: string;
  readonly name: string;
  readonly accountType: 'BUSINESS' | 'MEDIA_CREATOR';
  readonly biography: string;
  readonly picture: string;
  readonly followersCount: number;
  readonly followsCount: number;
  readonly isPublic: boolean;
  readonly allowsMessageAccess: boolean;
  readonly isRestricted: boolean;
  readonly impressions24h: number;
}

export interface PersonaRow {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly username: string;
  readonly avatarColor: string;
  readonly picture: string;
  readonly language: string;
  readonly about: string;
  readonly isVerified: boolean;
  readonly followerCount: number;
  readonly followsBusiness: boolean;
  readonly businessFollows: boolean;
  readonly reach: PersonaReach;
  /** Made by a bulk; left out of lists. */
  readonly isSynthetic: boolean;
}

export interface CodeRow {
  readonly code: string;
  readonly appId: string;
  readonly accountId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
  readonly isUsed: boolean;
}

export interface TokenRow {
  readonly token: string;
  readonly appId: string;
  readonly accountId: string;
  readonly scopes: readonly string[];
  readonly life: 'short' | 'long';
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** Subcode of 190 to answer with, once revoked: 458 app removed, 460 password changed. */
  readonly revokedSubcode: number | null;
}

export interface SubscriptionRow {
  readonly appId: string;
  readonly accountId: string;
  readonly fields: readonly string[];
}

export type MediaKind = 'image' | 'video-item' | 'carousel' | 'reel' | 'story' | 'live';

export interface MediaRow {
  readonly id: string;
  readonly seq: number;
  readonly accountId: string;
  readonly kind: MediaKind;
  readonly caption: string;
  /** A picture of the sandbox by name, or a full URL. */
  readonly source: string;
  readonly childIds: readonly string[];
  /** Set on items of a carousel, which no list shows. */
  readonly parentId: string | null;
  readonly shortcode: string;
  readonly timestampMs: number;
  readonly isCommentEnabled: boolean;
  readonly likeCount: number;
  readonly isSharedToFeed: boolean;
  readonly altText: string | null;
  readonly isAiGenerated: boolean;
  readonly isByApi: boolean;
  /** A live broadcast that is running; private replies to live comments end with it. */
  readonly isLiveNow: boolean;
}

export interface CommentRow {
  readonly id: string;
  readonly seq: number;
  readonly accountId: string;
  readonly mediaId: string;
  readonly parentId: string | null;
  /** `null` when the business itself wrote it. */
  readonly personaId: string | null;
  readonly text: string;
  readonly timestampMs: number;
  readonly isHidden: boolean;
  readonly likeCount: number;
  readonly privateReplyMid: string | null;
}

export interface ThreadRow {
  /** `{accountId}:{personaId}` */
  readonly key: string;
  readonly conversationId: string;
  readonly accountId: string;
  readonly personaId: string;
  /** Last message, postback or quick reply of the person: start of the 24 h window. */
  readonly lastInboundMs: number | null;
  readonly hasConsent: boolean;
  readonly updatedAtMs: number;
  readonly typingUntilMs: number;
  readonly seenByBusinessMs: number | null;
  readonly seenByPersonaMs: number | null;
  readonly folder: 'inbox' | 'requests';
  /** Another app controls the conversation (handover): sends are refused, events go to `standby`. */
  readonly isOwnedByOtherApp: boolean;
}

export interface QuickReply {
  readonly title: string;
  readonly payload: string;
  readonly imageUrl: string | null;
}

export interface MessageRow {
  readonly mid: string;
  readonly seq: number;
  readonly threadKey: string;
  readonly accountId: string;
  readonly personaId: string;
  readonly from: 'business' | 'persona';
  readonly via: 'api' | 'app';
  readonly timestampMs: number;
  readonly content: BubbleContent;
  readonly quickReplies: readonly QuickReply[];
  readonly replyToMid: string | null;
  readonly commentId: string | null;
  readonly reactions: readonly {
    readonly by: 'business' | 'persona';
    readonly reaction: ReactionName;
    readonly emoji: string;
  }[];
  readonly isDeleted: boolean;
  readonly editCount: number;
}

export type ContainerState =
  | { readonly status: 'IN_PROGRESS'; readonly readyAtMs: number; readonly errorCode: number | null }
  | { readonly status: 'PUBLISHED'; readonly mediaId: string };

export interface ContainerRow {
  readonly id: string;
  readonly accountId: string;
  readonly createdAtMs: number;
  readonly kind: MediaKind;
  readonly isCarouselItem: boolean;
  readonly caption: string;
  readonly source: string;
  readonly childIds: readonly string[];
  readonly altText: string | null;
  readonly isAiGenerated: boolean;
  readonly isSharedToFeed: boolean;
  readonly state: ContainerState;
}

export interface AttachmentRow {
  readonly id: string;
  readonly accountId: string;
  readonly type: 'image' | 'audio' | 'video' | 'file';
  readonly url: string;
}

export interface ProfileRow {
  readonly accountId: string;
  readonly iceBreakers: readonly { readonly question: string; readonly payload: string }[] | null;
  readonly menu: readonly MenuItem[] | null;
}

export type MenuItem =
  | { readonly type: 'postback'; readonly title: string; readonly payload: string }
  | { readonly type: 'web_url'; readonly title: string; readonly url: string };

/** One event on its way to an app. The row is deleted once the app has answered 2xx or the last retry has failed. */
export interface DeliveryRow {
  readonly id: string;
  readonly seq: number;
  readonly appId: string;
  /** Events of one lane are first tried one after the other (one lane per person or post). */
  readonly lane: string;
  readonly entry: JsonObject;
  readonly createdAtMs: number;
  readonly attempts: number;
  readonly dueAtMs: number;
}

export type LedgerRow = LedgerEntry;

/** Single facts about the sandbox itself, each under its own key. */
export interface MetaRow {
  readonly clockOffsetMs?: number;
  readonly seedVersion?: number;
  readonly settings?: SandboxSettings;
}
