/** What a customer can do, alone or in bulk, through the customer API. Safe for the browser: imports nothing. */

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
