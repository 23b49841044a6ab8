/** Webhook entries in the shapes of platforms.md C.4 and C.5. */
import type { SandboxCore } from './core.ts';
import type { BubbleContent } from './customer-api.ts';
import type { JsonObject } from './json.ts';
import { toProductType } from './media-kinds.ts';
import type { AccountRow, CommentRow, MediaRow, MessageRow, PersonaRow } from './model.ts';
import { toIgsid } from './people.ts';
import { toPictureUrl } from './pictures.ts';

/** `from`: who did it; echoes come from the business. */
export function messagingEntry(
  core: SandboxCore,
  account: AccountRow,
  persona: PersonaRow,
  from: 'business' | 'persona',
  item: JsonObject,
  place: 'messaging' | 'standby' = 'messaging',
): JsonObject {
  const person = { id: toIgsid(account, persona) };
  const business = { id: account.id };
  const nowMs = core.nowMs();
  const [sender, recipient] = from === 'persona' ? [person, business] : [business, person];
  return { id: account.id, time: nowMs, [place]: [{ sender, recipient, timestamp: nowMs, ...item }] };
}

/** The `message` object of a bubble. */
export function messageBody(core: SandboxCore, message: MessageRow): JsonObject {
  return {
    mid: message.mid,
    ...contentBody(core, message.content),
    ...(message.replyToMid === null ? {} : { reply_to: { mid: message.replyToMid } }),
    ...(message.from === 'business' ? { is_echo: true } : {}),
  };
}

function contentBody(core: SandboxCore, content: BubbleContent): JsonObject {
  switch (content.kind) {
    case 'text':
      return {
        text: content.text,
        ...(content.quickReplyPayload === undefined ? {} : { quick_reply: { payload: content.quickReplyPayload } }),
      };
    case 'image':
      return {
        attachments: content.urls.map((url) => ({
          type: 'image',
          payload: { url: toPictureUrl(core.baseUrl(), url) },
        })),
      };
    case 'audio':
    case 'video':
    case 'file':
      return { attachments: [{ type: content.kind, payload: { url: content.url } }] };
    case 'sticker':
      return { attachments: [{ type: 'like_heart' }] };
    case 'post':
      return {
        attachments: [
          {
            type: 'ig_post',
            payload: {
              ig_post_media_id: content.mediaId,
              title: content.caption,
              url: toPictureUrl(core.baseUrl(), content.pictureUrl),
            },
          },
        ],
      };
    case 'carousel':
      return {
        attachments: [
          {
            type: 'template',
            payload: {
              generic: {
                elements: content.cards.map((card) => ({
                  title: card.title,
                  ...(card.subtitle === null ? {} : { subtitle: card.subtitle }),
                  ...(card.imageUrl === null ? {} : { image_url: card.imageUrl }),
                  buttons: card.buttons,
                })),
              },
            },
          },
        ],
      };
    case 'button-card':
      return {
        attachments: [{ type: 'template', payload: { button: { text: content.text, buttons: content.buttons } } }],
      };
    case 'story-reply':
      return {
        text: content.text,
        reply_to: { story: { url: toPictureUrl(core.baseUrl(), content.pictureUrl), id: content.mediaId } },
      };
    case 'story-mention':
      return { attachments: [{ type: 'story_mention', payload: { url: toPictureUrl(core.baseUrl(), content.url) } }] };
    case 'postback':
      return { text: content.title };
    case 'unsupported':
      return { is_unsupported: true };
  }
}

/** An entry for a comment, by a person or by the account itself (`from.self_ig_scoped_id` marks one's own). */
export function commentEntry(
  core: SandboxCore,
  account: AccountRow,
  media: MediaRow,
  comment: CommentRow,
  author: PersonaRow | null,
): JsonObject {
  const from = author
    ? { id: toIgsid(account, author), username: author.username }
    : { id: account.id, username: account.username, self_ig_scoped_id: account.appScopedId };
  const value = {
    from,
    media: { id: media.id, media_product_type: toProductType(media) },
    id: comment.id,
    ...(comment.parentId === null ? {} : { parent_id: comment.parentId }),
    text: comment.text,
  };
  const field = commentField(media);
  const head = { id: account.id, time: Math.floor(comment.timestampMs / 1000) };
  return core.settings().webhooks.commentEnvelope === 'flat'
    ? { ...head, field, value }
    : { ...head, changes: [{ field, value }] };
}

export function commentField(media: MediaRow): 'comments' | 'live_comments' {
  return media.kind === 'live' ? 'live_comments' : 'comments';
}
