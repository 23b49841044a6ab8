import { isJsonObject, type JsonObject, type JsonValue } from '@heddle/schemas';

const MAX_CHARACTERS = 200;
/** Attachments by the platform's name for them (platforms.md C.4). */
const ATTACHMENTS: Readonly<Record<string, string>> = {
  image: 'a picture',
  video: 'a video',
  audio: 'a voice message',
  file: 'a file',
  share: 'a shared post',
  ig_post: 'a shared post',
  ig_reel: 'a shared reel',
  reel: 'a shared reel',
  story_mention: 'a story that mentions the account',
  ephemeral: 'a disappearing picture',
  like_heart: 'a heart',
};

/**
 * An inbound event in one line for a person: what was written or tapped, else what happened. Never an id, never empty.
 *
 * @param event Kind as stored, "platform/name", and the data of the platform's parser.
 */
export function summariseEvent({ kind, data }: { readonly kind: string; readonly data: JsonObject }): string {
  const summary = describe(kind.slice(kind.indexOf('/') + 1), kind, data);
  return summary.length > MAX_CHARACTERS ? `${summary.slice(0, MAX_CHARACTERS - 1)}…` : summary;
}

function describe(name: string, kind: string, data: JsonObject): string {
  const text = textOf(data['text']);
  switch (name) {
    case 'message':
      return (
        text ??
        describeAttachments(data) ??
        (data['isUnsupported'] === true ? 'A message of a kind that cannot be read' : 'A message without text')
      );
    case 'echo':
      return `Our message: ${text ?? describeAttachments(data) ?? 'cards or buttons'}`;
    case 'comment':
      return text ?? 'A comment without text';
    case 'own-comment':
      return `Our comment: ${text ?? 'without text'}`;
    case 'postback':
      return `Tapped “${textOf(data['title']) ?? textOf(data['payload']) ?? 'a button'}”`;
    case 'reaction':
      return describeReaction(data);
    case 'read':
      return 'Read our message';
    case 'message-edit':
      return `Changed a message to: ${text ?? 'nothing'}`;
    case 'message-deleted':
      return 'Took a message back';
    case 'referral':
      return describeReferral(isJsonObject(data['referral']) ? data['referral'] : {});
    case 'handover':
      return 'The conversation was handed from one app to another';
    case 'standby':
      return 'A message for another app, which has the conversation now';
    case 'manual':
      return 'Started by hand';
    case 'schedule':
      return 'The planned time came';
    case 'webhook':
      return describeCall(data['body']);
    case 'decision':
      return describeDecision(data);
    case 'reported':
      return describeReport(data);
    case 'post-due':
      return `A post is due: ${textOf(data['caption']) ?? 'without a caption'}`;
    case 'unknown':
      return describeUnknown(data['raw']);
    default:
      return text ?? textOf(data['title']) ?? kind;
  }
}

function describeAttachments(data: JsonObject): string | undefined {
  const list = Array.isArray(data['attachments']) ? data['attachments'] : [];
  const first = list[0];
  if (!isJsonObject(first)) return undefined;
  const known = textOf(first['kind']);
  const words =
    (known !== undefined && Object.hasOwn(ATTACHMENTS, known) ? ATTACHMENTS[known] : undefined) ?? 'an attachment';
  return list.length === 1 ? `Sent ${words}` : `Sent ${words} and ${list.length - 1} more`;
}

function describeReaction(data: JsonObject): string {
  if (data['action'] === 'unreact') return 'Took a reaction back';
  const sign = textOf(data['emoji']) ?? textOf(data['reaction']);
  return sign === undefined ? 'Reacted to a message' : `Reacted with ${sign}`;
}

function describeReferral(referral: JsonObject): string {
  if (textOf(referral['adId']) !== undefined) return 'Came by an ad';
  const ref = textOf(referral['ref']);
  return ref === undefined ? 'Came by a link' : `Came by the link “${ref}”`;
}

/** What another system sent, by the names of its fields: values may be long, or nobody's business. */
function describeCall(body: JsonValue | undefined): string {
  if (typeof body === 'string' && body.trim() !== '') return `A call from another system: ${body.trim()}`;
  const names = isJsonObject(body) ? Object.keys(body) : [];
  if (names.length === 0) return 'A call from another system';
  const more = names.length > 4 ? ` and ${names.length - 4} more` : '';
  return `A call from another system with ${names.slice(0, 4).join(', ')}${more}`;
}

function describeDecision(data: JsonObject): string {
  const what = textOf(data['title']);
  const verb = data['decision'] === 'approved' ? 'approved' : 'rejected';
  return `${textOf(data['by']) ?? 'A member'} ${verb} ${what === undefined ? 'what a run asked' : `“${what}”`}`;
}

function describeReport(data: JsonObject): string {
  const key = textOf(data['key']);
  return `“${textOf(data['name']) ?? 'Something'}” was reported${key === undefined ? '' : ` for “${key}”`}`;
}

/** What the platform calls it, so that an operator can look it up. */
function describeUnknown(raw: JsonValue | undefined): string {
  if (!isJsonObject(raw)) return 'Something Heddle does not know';
  const field = textOf(raw['field']);
  if (field !== undefined) return `Something Heddle does not know: “${field}”`;
  const names = Object.keys(raw).filter((name) => !['sender', 'recipient', 'timestamp', 'id', 'time'].includes(name));
  return names.length === 0
    ? 'Something Heddle does not know'
    : `Something Heddle does not know: “${names.slice(0, 3).join(', ')}”`;
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
