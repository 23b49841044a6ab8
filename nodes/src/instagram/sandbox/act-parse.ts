import { ControlError, needText } from './control-error.ts';
import type { PersonaAct, ReactionName } from './customer-api.ts';
import { findNumber, findText, isObject } from './json.ts';
import type { JsonObject } from './json.ts';

const REACTIONS: readonly ReactionName[] = ['love', 'like', 'laugh', 'wow', 'sad', 'angry', 'other'];
const TEXT_LIMIT = 2200;

/** @throws ControlError 400 naming the field. */
export function parseAct(value: unknown): PersonaAct {
  if (!isObject(value)) throw new ControlError(400, '"act" must be an object.');
  switch (value['kind']) {
    case 'comment':
      return {
        kind: 'comment',
        mediaId: needText(value, 'mediaId'),
        text: shortText(value),
        ...optional(value, 'parentId'),
      };
    case 'text':
      return { kind: 'text', text: shortText(value), ...optional(value, 'replyToMid'), ...optional(value, 'ref') };
    case 'tap-quick-reply':
      return { kind: 'tap-quick-reply', mid: needText(value, 'mid'), index: index(value, 'index') };
    case 'tap-button':
      return {
        kind: 'tap-button',
        mid: needText(value, 'mid'),
        cardIndex: value['cardIndex'] === undefined ? 0 : index(value, 'cardIndex'),
        buttonIndex: index(value, 'buttonIndex'),
      };
    case 'tap-ice-breaker':
      return { kind: 'tap-ice-breaker', index: index(value, 'index') };
    case 'tap-menu-item':
      return { kind: 'tap-menu-item', index: index(value, 'index') };
    case 'story-reply':
      return { kind: 'story-reply', mediaId: needText(value, 'mediaId'), text: shortText(value) };
    case 'story-mention':
      return { kind: 'story-mention' };
    case 'share-post':
      return { kind: 'share-post', mediaId: needText(value, 'mediaId') };
    case 'image':
      return { kind: 'image', ...optional(value, 'picture'), ...optional(value, 'url') };
    case 'unsupported':
      return { kind: 'unsupported' };
    case 'react':
      return { kind: 'react', mid: needText(value, 'mid'), reaction: reaction(value), ...optional(value, 'emoji') };
    case 'unreact':
      return { kind: 'unreact', mid: needText(value, 'mid') };
    case 'edit-message':
      return { kind: 'edit-message', mid: needText(value, 'mid'), text: shortText(value) };
    case 'delete-message':
      return { kind: 'delete-message', mid: needText(value, 'mid') };
    case 'seen':
      return { kind: 'seen' };
    case 'open-link':
      return { kind: 'open-link', ref: needText(value, 'ref') };
    default:
      throw new ControlError(400, `Unknown act "${String(value['kind'])}".`);
  }
}

function shortText(value: JsonObject): string {
  const text = needText(value, 'text');
  if ([...text].length > TEXT_LIMIT) throw new ControlError(400, `"text" is longer than ${TEXT_LIMIT} characters.`);
  return text;
}

function optional<Key extends string>(value: JsonObject, key: Key): { readonly [K in Key]?: string } {
  const text = findText(value, key);
  // the cast says what a computed key loses: the object has this one key or none
  return (text === undefined ? {} : { [key]: text }) as { readonly [K in Key]?: string };
}

function index(value: JsonObject, key: string): number {
  const number = findNumber(value, key);
  if (number === undefined || !Number.isInteger(number) || number < 0)
    throw new ControlError(400, `"${key}" must be a whole number from 0.`);
  return number;
}

function reaction(value: JsonObject): ReactionName {
  const name = REACTIONS.find((known) => known === value['reaction']);
  if (!name) throw new ControlError(400, `"reaction" must be one of ${REACTIONS.join(', ')}.`);
  return name;
}
