import { Type, type Static } from 'typebox';
import { JsonObjectSchema } from './json.ts';

/** The person an event is about, as far as the platform says. */
export const EventContactSchema = Type.Object(
  {
    platformId: Type.String({ description: "The platform's id of the person, scoped to the account" }),
    username: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
export type EventContact = Static<typeof EventContactSchema>;

/**
 * One thing that happened, put into our words by a plugin's webhook parser.
 *
 * `data` by kind: `instagram/comment` {commentId, text, mediaId, mediaKind, parentId?, isLive?};
 * `instagram/message` {messageId, text?, attachments?, quickReplyPayload?, replyToMessageId?, storyId?, storyUrl?, isStoryMention?, referral?};
 * `instagram/postback` {messageId, title, payload}; `instagram/echo` {messageId, text?, attachments?};
 * `instagram/reaction`, `instagram/read`, `instagram/referral`, `instagram/message-edit`, `instagram/message-deleted`;
 * `publishing/post-due` {postId, revision, attempt, caption, media: [{url, altText}], timeZone};
 * `<platform>/unknown` {raw}; `core/manual`, `core/schedule` {tickAt}, `core/webhook` {body, query, headers}.
 */
export const InboundEventSchema = Type.Object(
  {
    kind: Type.String({ pattern: '^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$' }),
    /** The platform's own key of the event, unique per connection: what duplicates are recognised by. */
    key: Type.String({ minLength: 1, maxLength: 512 }),
    occurredAtMs: Type.Number(),
    contact: Type.Optional(EventContactSchema),
    data: JsonObjectSchema,
  },
  { additionalProperties: false, title: 'Inbound event' },
);
export type InboundEvent = Static<typeof InboundEventSchema>;

/** Life of a stored event. Every state but `pending` carries a reason when it is not plain success. */
export const EVENT_STATES = ['pending', 'processing', 'completed', 'ignored', 'failed'] as const;
export type EventState = (typeof EVENT_STATES)[number];

/** What a run may read as `contact`. Fields that are not known are absent. */
export const ContactFactsSchema = Type.Object(
  {
    id: Type.String(),
    platform: Type.String(),
    platformId: Type.String(),
    username: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    firstName: Type.Optional(Type.String()),
    language: Type.Optional(Type.String()),
    timeZone: Type.Optional(Type.String()),
    isFollower: Type.Optional(Type.Boolean()),
    isVerified: Type.Optional(Type.Boolean()),
    tags: Type.Array(Type.String()),
    fields: JsonObjectSchema,
    /** Epoch ms of the last message from the person; the 24-hour window counts from here. */
    lastInboundAtMs: Type.Optional(Type.Number()),
    isOptedOut: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type ContactFacts = Static<typeof ContactFactsSchema>;
