import type { InboundEvent, JsonObject } from '@heddle/schemas';
import { compact, objectProperty, property, textProperty } from './graph-api.ts';
import { eventKey } from './event-key.ts';

/**
 * A comment from the `comments` or `live_comments` field. Undefined when it has no id.
 *
 * A comment of the account itself becomes `instagram/own-comment`, which no trigger listens to: our own public replies come back
 * as comments, and answering them would go round for ever.
 *
 * @param atMs Time of the entry: comments carry none of their own.
 */
export function parseCommentChange(
  value: JsonObject,
  accountId: string,
  atMs: number,
  isLiveField: boolean,
): InboundEvent | undefined {
  const commentId = textProperty(value, 'id') ?? textProperty(value, 'comment_id');
  if (commentId === undefined) return undefined;
  const from = objectProperty(value, 'from');
  const fromId = textProperty(from, 'id');
  const media = objectProperty(value, 'media');
  const mediaKind = textProperty(media, 'media_product_type')?.toUpperCase();
  const isOwn = fromId === accountId || property(from, 'self_ig_scoped_id') !== undefined;
  const isLive = isLiveField || mediaKind === 'LIVE';
  return {
    kind: isOwn ? 'instagram/own-comment' : 'instagram/comment',
    key: eventKey('comment', commentId),
    occurredAtMs: atMs,
    ...(fromId === undefined || isOwn ? {} : { contact: contactOf(fromId, textProperty(from, 'username')) }),
    data: compact({
      commentId,
      text: textProperty(value, 'text') ?? '',
      mediaId: textProperty(media, 'id') ?? textProperty(value, 'media_id'),
      mediaKind: mediaKind ?? 'FEED',
      parentId: textProperty(value, 'parent_id'),
      adId: textProperty(media, 'ad_id'),
      isLive: isLive ? true : undefined,
    }),
  };
}

function contactOf(platformId: string, username: string | undefined): { platformId: string; username?: string } {
  return { platformId, ...(username === undefined ? {} : { username }) };
}
