import { invalidParameter } from './graph-error.ts';
import { findText } from './json.ts';
import type { JsonObject } from './json.ts';
import type { ReactionName } from './customer-api.ts';
import type { Params } from './params.ts';

export type SenderAction =
  | { readonly kind: 'typing'; readonly isOn: boolean }
  | { readonly kind: 'mark-seen' }
  | { readonly kind: 'react'; readonly mid: string; readonly reaction: ReactionName; readonly emoji: string }
  | { readonly kind: 'unreact'; readonly mid: string };

export interface SendRequest {
  readonly recipient:
    | { readonly kind: 'person'; readonly igsid: string }
    | { readonly kind: 'comment'; readonly commentId: string };
  readonly body:
    | { readonly kind: 'message'; readonly message: JsonObject }
    | { readonly kind: 'action'; readonly action: SenderAction };
  /** Sent with the HUMAN_AGENT tag: seven days instead of one. */
  readonly isHumanAgent: boolean;
  readonly replyToMid: string | null;
}

const KNOWN = new Set([
  'recipient',
  'message',
  'messaging_type',
  'tag',
  'sender_action',
  'payload',
  'reply_to',
  'access_token',
  'platform',
  'notification_type',
]);

/**
 * Reads the envelope of a Send API call.
 * @throws GraphError 100 and 100/2018014 (message together with sender_action).
 */
export function parseSendRequest(params: Params): SendRequest {
  const unknown = params.names().find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw invalidParameter(`Unexpected parameter "${unknown}".`);
  const recipient = parseRecipient(params.object('recipient'));
  const message = params.object('message');
  const action = params.text('sender_action');
  if (message && action !== undefined)
    throw invalidParameter('The parameters message and sender_action cannot be used together.', 2018014);
  if (!message && action === undefined) throw invalidParameter('The parameter message is required.', 2534015);
  const replyTo = params.object('reply_to');
  const replyToMid = replyTo && findText(replyTo, 'mid');
  if (replyTo && replyToMid === undefined) throw invalidParameter('Param reply_to[mid] is required.', 2534015);
  const isHumanAgent = parseTag(params);
  if (recipient.kind === 'comment' && (isHumanAgent || !message))
    throw invalidParameter('A private reply takes a message and no tag.', 2534015);
  const body: SendRequest['body'] = message
    ? { kind: 'message', message }
    : { kind: 'action', action: parseAction(action ?? '', params) };
  return { recipient, body, isHumanAgent, replyToMid: replyToMid ?? null };
}

function parseRecipient(recipient: JsonObject | undefined): SendRequest['recipient'] {
  if (!recipient) throw invalidParameter('The parameter recipient is required.');
  const igsid = findText(recipient, 'id');
  const commentId = findText(recipient, 'comment_id');
  const keys = Object.keys(recipient);
  if (keys.length !== 1 || (igsid === undefined && commentId === undefined))
    throw invalidParameter('Param recipient must have exactly one of id and comment_id.');
  return igsid !== undefined ? { kind: 'person', igsid } : { kind: 'comment', commentId: commentId ?? '' };
}

/** On Instagram, HUMAN_AGENT is the only tag. */
function parseTag(params: Params): boolean {
  const type = params.text('messaging_type');
  const tag = params.text('tag');
  if (type !== undefined && !['RESPONSE', 'UPDATE', 'MESSAGE_TAG'].includes(type))
    throw invalidParameter('Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}');
  if (type === 'MESSAGE_TAG' && tag === undefined)
    throw invalidParameter('The parameter tag is required with messaging_type MESSAGE_TAG.');
  if (tag === undefined) return false;
  if (tag !== 'HUMAN_AGENT')
    throw invalidParameter(`The tag ${tag} is not available on Instagram. Param tag must be one of {HUMAN_AGENT}`);
  if (type !== undefined && type !== 'MESSAGE_TAG') throw invalidParameter('A tag needs messaging_type MESSAGE_TAG.');
  return true;
}

function parseAction(action: string, params: Params): SenderAction {
  switch (action) {
    case 'typing_on':
      return { kind: 'typing', isOn: true };
    case 'typing_off':
      return { kind: 'typing', isOn: false };
    case 'mark_seen':
      return { kind: 'mark-seen' };
    case 'react':
    case 'unreact': {
      const payload = params.object('payload');
      const mid = payload && findText(payload, 'message_id');
      if (!payload || mid === undefined) throw invalidParameter('Param payload[message_id] is required.');
      if (action === 'unreact') return { kind: 'unreact', mid };
      const reaction = findText(payload, 'reaction');
      if (reaction === undefined) throw invalidParameter('Param payload[reaction] is required.');
      return { kind: 'react', mid, ...toReaction(reaction) };
    }
    default:
      throw invalidParameter('Param sender_action must be one of {typing_on, typing_off, mark_seen, react, unreact}');
  }
}

function toReaction(reaction: string): { reaction: ReactionName; emoji: string } {
  if (reaction === 'love') return { reaction: 'love', emoji: '❤' };
  if (/^\p{Extended_Pictographic}/u.test(reaction) && [...reaction].length <= 8)
    return { reaction: 'other', emoji: reaction };
  throw invalidParameter('Param payload[reaction] must be "love" or an emoji.');
}
