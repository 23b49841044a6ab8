import type { InboundEvent, JsonObject, JsonValue } from '@heddle/schemas';
import { compact, listProperty, objectProperty, property, textProperty } from './graph-api.ts';
import { eventKey } from './event-key.ts';

interface Participants {
  readonly sender: string | undefined;
  readonly recipient: string | undefined;
  readonly atMs: number;
}

/**
 * One item of `messaging[]`. Undefined when it is of no kind that we know, or lacks the id that tells it from others.
 *
 * @param atMs The item's own time, epoch ms, or the time of its entry.
 */
export function parseMessagingItem(raw: JsonObject, accountId: string, atMs: number): InboundEvent | undefined {
  const who: Participants = {
    sender: textProperty(property(raw, 'sender'), 'id'),
    recipient: textProperty(property(raw, 'recipient'), 'id'),
    atMs,
  };
  const message = objectProperty(raw, 'message');
  if (message !== undefined) return parseMessage(message, who, accountId);
  const postback = objectProperty(raw, 'postback');
  if (postback !== undefined) return parsePostback(postback, who);
  const reaction = objectProperty(raw, 'reaction');
  if (reaction !== undefined) return parseReaction(reaction, who);
  const edit = objectProperty(raw, 'message_edit');
  if (edit !== undefined) return parseEdit(edit, who);
  const read = objectProperty(raw, 'read');
  if (read !== undefined) return parseRead(read, who);
  const referral = objectProperty(raw, 'referral');
  if (referral !== undefined) {
    return event(
      'referral',
      eventKey('referral', who.sender ?? '', atMs, textProperty(referral, 'ref') ?? ''),
      who.sender,
      atMs,
      { referral: toReferral(referral) },
    );
  }
  const handover = objectProperty(raw, 'pass_thread_control') ?? objectProperty(raw, 'take_thread_control');
  if (handover !== undefined)
    return event('handover', eventKey('handover', who.sender ?? '', atMs), who.sender, atMs, { ...handover });
  return undefined;
}

function parseMessage(message: JsonObject, who: Participants, accountId: string): InboundEvent | undefined {
  const messageId = textProperty(message, 'mid');
  if (messageId === undefined) return undefined;
  // Ours comes back as an echo; the account's own id as the sender is the same thing without the flag.
  const isEcho = property(message, 'is_echo') === true || who.sender === accountId;
  const contact = isEcho ? who.recipient : who.sender;
  if (property(message, 'is_deleted') === true)
    return event('message-deleted', eventKey('deleted', messageId), contact, who.atMs, { messageId });
  const data = toMessageData(messageId, message);
  return isEcho
    ? event('echo', eventKey('echo', messageId), contact, who.atMs, data)
    : event('message', eventKey('message', messageId), contact, who.atMs, data);
}

function toMessageData(messageId: string, message: JsonObject): JsonObject {
  const attachments = listProperty(message, 'attachments').map(toAttachment);
  const replyTo = objectProperty(message, 'reply_to');
  const story = objectProperty(replyTo, 'story');
  const referral = objectProperty(message, 'referral');
  return compact({
    messageId,
    text: textProperty(message, 'text'),
    attachments: attachments.length === 0 ? undefined : attachments,
    quickReplyPayload: textProperty(property(message, 'quick_reply'), 'payload'),
    replyToMessageId: textProperty(replyTo, 'mid'),
    storyId: textProperty(story, 'id'),
    storyUrl: textProperty(story, 'url'),
    isStoryMention: attachments.some((attachment) => attachment['kind'] === 'story_mention') ? true : undefined,
    referral: referral === undefined ? undefined : toReferral(referral),
    isUnsupported: property(message, 'is_unsupported') === true ? true : undefined,
  });
}

/** {kind, url?, mediaId?, title?}; `share` is no longer sent but still read, `ephemeral` has no payload. */
function toAttachment(raw: JsonValue): JsonObject {
  const payload = objectProperty(raw, 'payload');
  return compact({
    kind: textProperty(raw, 'type') ?? 'unknown',
    url: textProperty(payload, 'url') ?? textProperty(payload, 'story_media_url'),
    mediaId:
      textProperty(payload, 'ig_post_media_id') ??
      textProperty(payload, 'reel_video_id') ??
      textProperty(payload, 'story_media_id'),
    title: textProperty(payload, 'title'),
  });
}

function toReferral(raw: JsonObject): JsonObject {
  return compact({
    ref: textProperty(raw, 'ref'),
    source: textProperty(raw, 'source'),
    adId: textProperty(raw, 'ad_id'),
    productId: textProperty(property(raw, 'product'), 'id'),
  });
}

function parsePostback(postback: JsonObject, who: Participants): InboundEvent | undefined {
  const messageId = textProperty(postback, 'mid');
  const payload = textProperty(postback, 'payload');
  if (messageId === undefined && payload === undefined) return undefined;
  // Old deliveries have no mid; sender, time and payload then tell one tap from another.
  const key =
    messageId === undefined
      ? eventKey('postback', who.sender ?? '', who.atMs, payload ?? '')
      : eventKey('postback', messageId);
  const referral = objectProperty(postback, 'referral');
  return event(
    'postback',
    key,
    who.sender,
    who.atMs,
    compact({
      messageId: messageId ?? key,
      title: textProperty(postback, 'title') ?? '',
      payload: payload ?? '',
      referral: referral === undefined ? undefined : toReferral(referral),
    }),
  );
}

function parseReaction(reaction: JsonObject, who: Participants): InboundEvent | undefined {
  const messageId = textProperty(reaction, 'mid');
  if (messageId === undefined) return undefined;
  const action = textProperty(reaction, 'action') ?? 'react';
  return event(
    'reaction',
    eventKey('reaction', messageId, who.sender ?? '', action, who.atMs),
    who.sender,
    who.atMs,
    compact({
      messageId,
      action,
      reaction: textProperty(reaction, 'reaction'),
      emoji: textProperty(reaction, 'emoji'),
    }),
  );
}

function parseEdit(edit: JsonObject, who: Participants): InboundEvent | undefined {
  const messageId = textProperty(edit, 'mid');
  if (messageId === undefined) return undefined;
  const editNumber = textProperty(edit, 'num_edit') ?? String(who.atMs);
  return event(
    'message-edit',
    eventKey('edit', messageId, editNumber),
    who.sender,
    who.atMs,
    compact({ messageId, text: textProperty(edit, 'text'), editNumber }),
  );
}

function parseRead(read: JsonObject, who: Participants): InboundEvent | undefined {
  const messageId = textProperty(read, 'mid');
  if (messageId === undefined) return undefined;
  return event('read', eventKey('read', who.sender ?? '', messageId), who.sender, who.atMs, { messageId });
}

function event(kind: string, key: string, contactId: string | undefined, atMs: number, data: JsonObject): InboundEvent {
  return {
    kind: `instagram/${kind}`,
    key,
    occurredAtMs: atMs,
    ...(contactId === undefined ? {} : { contact: { platformId: contactId } }),
    data,
  };
}
