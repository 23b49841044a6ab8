import { Type, type Static } from 'typebox';

const title20 = (description: string) => Type.String({ minLength: 1, maxLength: 20, title: 'Text', description });

/** An answer button under a text; the payload comes back when it is tapped. */
export const QuickReplySchema = Type.Object(
  {
    title: title20('At most 20 characters'),
    payload: Type.Optional(Type.String({ maxLength: 1000, title: 'Payload', 'x-advanced': true })),
  },
  { additionalProperties: false },
);
export type QuickReply = Static<typeof QuickReplySchema>;

/** A button on a card or text: opens a page, or sends a payload back. */
export const ButtonSchema = Type.Object(
  {
    kind: Type.Enum(['link', 'postback'], {
      title: 'Does',
      default: 'link',
      'x-enum-titles': { link: 'Opens a web page', postback: 'Answers in the chat' },
    }),
    title: title20('At most 20 characters'),
    url: Type.Optional(Type.String({ maxLength: 2000, title: 'Web address', 'x-show-if': { kind: 'link' } })),
    payload: Type.Optional(Type.String({ maxLength: 1000, title: 'Payload', 'x-show-if': { kind: 'postback' } })),
  },
  { additionalProperties: false },
);
export type Button = Static<typeof ButtonSchema>;

/** One card of a carousel. */
export const CardSchema = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 80, title: 'Title' }),
    subtitle: Type.Optional(Type.String({ maxLength: 80, title: 'Subtitle' })),
    imageUrl: Type.Optional(Type.String({ maxLength: 2000, title: 'Picture address', 'x-widget': 'image-url' })),
    url: Type.Optional(Type.String({ maxLength: 2000, title: 'Opens when tapped', 'x-advanced': true })),
    buttons: Type.Optional(Type.Array(ButtonSchema, { maxItems: 3, title: 'Buttons' })),
  },
  { additionalProperties: false },
);
export type Card = Static<typeof CardSchema>;

/** One bubble, in words that fit every messaging platform. */
export const OutgoingMessageSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('text'),
      text: Type.String(),
      quickReplies: Type.Optional(Type.Array(QuickReplySchema, { maxItems: 13 })),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { kind: Type.Enum(['image', 'video', 'audio', 'file']), url: Type.String() },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('buttons'),
      text: Type.String(),
      buttons: Type.Array(ButtonSchema, { minItems: 1, maxItems: 3 }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { kind: Type.Literal('carousel'), cards: Type.Array(CardSchema, { minItems: 1, maxItems: 10 }) },
    { additionalProperties: false },
  ),
]);
export type OutgoingMessage = Static<typeof OutgoingMessageSchema>;

/**
 * What a `send` node asks a platform to do. The messaging kinds are common to platforms; a plugin may add kinds of its own.
 * Recipients are platform ids (text).
 */
export const PlatformActionSchema = Type.Union([
  Type.Object(
    { kind: Type.Literal('message'), to: Type.String(), message: OutgoingMessageSchema },
    { additionalProperties: false },
  ),
  Type.Object(
    { kind: Type.Literal('privateReply'), commentId: Type.String(), message: OutgoingMessageSchema },
    { additionalProperties: false },
  ),
  Type.Object(
    { kind: Type.Literal('commentReply'), commentId: Type.String(), text: Type.String() },
    { additionalProperties: false },
  ),
  Type.Object(
    { kind: Type.Literal('hideComment'), commentId: Type.String(), hide: Type.Boolean() },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Enum(['typing', 'markSeen']), to: Type.String() }, { additionalProperties: false }),
  /** Prepares a post; nothing is visible yet. An item of a carousel has no caption; a carousel names its prepared items. */
  Type.Object(
    {
      kind: Type.Literal('createContainer'),
      container: Type.Union([
        Type.Object(
          { kind: Type.Literal('image'), url: Type.String(), altText: Type.String(), caption: Type.String() },
          { additionalProperties: false },
        ),
        Type.Object(
          { kind: Type.Literal('item'), url: Type.String(), altText: Type.String() },
          { additionalProperties: false },
        ),
        Type.Object(
          {
            kind: Type.Literal('carousel'),
            childIds: Type.Array(Type.String(), { minItems: 2, maxItems: 10 }),
            caption: Type.String(),
          },
          { additionalProperties: false },
        ),
      ]),
    },
    { additionalProperties: false },
  ),
  /** Makes a prepared post visible. `caption` tells it from others when the answer is lost. */
  Type.Object(
    { kind: Type.Literal('publishContainer'), containerId: Type.String(), caption: Type.String() },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('http'),
      method: Type.String(),
      url: Type.String(),
      headers: Type.Record(Type.String(), Type.String()),
      body: Type.Optional(Type.String()),
    },
    { additionalProperties: false },
  ),
]);
export type PlatformAction = Static<typeof PlatformActionSchema>;

/** What the platform gave back for an accepted action. `platformId`: message id, comment id … (text, may be null). */
export const SendReceiptSchema = Type.Object(
  {
    platformId: Type.Union([Type.String(), Type.Null()]),
    recipientId: Type.Optional(Type.String()),
    data: Type.Optional(Type.Unsafe<import('./json.ts').JsonValue>({})),
  },
  { additionalProperties: false },
);
export type SendReceipt = Static<typeof SendReceiptSchema>;
