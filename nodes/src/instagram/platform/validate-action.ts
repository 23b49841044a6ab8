import type { Button, Card, OutgoingMessage, PlatformAction, QuickReply } from '@heddle/schemas';
import type { ActionProblem } from './action-problem.ts';
import { validatePublishing } from './publish-validate.ts';

/** Limits of the Send API (platforms.md A.4). Bytes are UTF-8. */
export const MESSAGE_LIMITS = {
  textBytes: 1000,
  buttonTextCharacters: 640,
  quickReplies: 13,
  titleCharacters: 20,
  payloadCharacters: 1000,
  cards: 10,
  cardButtons: 3,
  cardTitleCharacters: 80,
  cardSubtitleCharacters: 80,
  urlCharacters: 2000,
} as const;

/** Everything in an action that Instagram would refuse; empty when it may be sent. */
export function validateAction(action: PlatformAction): ActionProblem[] {
  switch (action.kind) {
    case 'message':
      return [...required('/to', action.to), ...validateMessage(action.message, '/message')];
    case 'privateReply':
      return [...required('/commentId', action.commentId), ...validateMessage(action.message, '/message')];
    case 'commentReply':
      return [...required('/commentId', action.commentId), ...required('/text', action.text)];
    case 'hideComment':
      return required('/commentId', action.commentId);
    case 'typing':
    case 'markSeen':
      return required('/to', action.to);
    case 'createContainer':
    case 'publishContainer':
      return validatePublishing(action);
    case 'http':
      return [{ path: '/kind', message: 'Instagram does not carry out plain HTTP requests.' }];
    default:
      return action satisfies never;
  }
}

function validateMessage(message: OutgoingMessage, path: string): ActionProblem[] {
  switch (message.kind) {
    case 'text':
      return [
        ...required(`${path}/text`, message.text),
        ...atMost(`${path}/text`, byteLength(message.text), MESSAGE_LIMITS.textBytes, 'bytes'),
        ...atMost(
          `${path}/quickReplies`,
          message.quickReplies?.length ?? 0,
          MESSAGE_LIMITS.quickReplies,
          'quick replies',
        ),
        ...(message.quickReplies ?? []).flatMap((reply, index) =>
          validateQuickReply(reply, `${path}/quickReplies/${index}`),
        ),
      ];
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
      return webAddress(`${path}/url`, message.url);
    case 'buttons':
      return [
        ...required(`${path}/text`, message.text),
        ...atMost(`${path}/text`, characters(message.text), MESSAGE_LIMITS.buttonTextCharacters, 'characters'),
        ...between(`${path}/buttons`, message.buttons.length, 1, MESSAGE_LIMITS.cardButtons, 'buttons'),
        ...message.buttons.flatMap((button, index) => validateButton(button, `${path}/buttons/${index}`)),
      ];
    case 'carousel':
      return [
        ...between(`${path}/cards`, message.cards.length, 1, MESSAGE_LIMITS.cards, 'cards'),
        ...message.cards.flatMap((card, index) => validateCard(card, `${path}/cards/${index}`)),
      ];
    default:
      return message satisfies never;
  }
}

function validateQuickReply(reply: QuickReply, path: string): ActionProblem[] {
  return [
    ...required(`${path}/title`, reply.title),
    ...atMost(`${path}/title`, characters(reply.title), MESSAGE_LIMITS.titleCharacters, 'characters'),
    ...atMost(`${path}/payload`, characters(reply.payload ?? ''), MESSAGE_LIMITS.payloadCharacters, 'characters'),
  ];
}

function validateButton(button: Button, path: string): ActionProblem[] {
  return [
    ...required(`${path}/title`, button.title),
    ...atMost(`${path}/title`, characters(button.title), MESSAGE_LIMITS.titleCharacters, 'characters'),
    ...(button.kind === 'link' ? webAddress(`${path}/url`, button.url ?? '') : []),
    ...atMost(`${path}/payload`, characters(button.payload ?? ''), MESSAGE_LIMITS.payloadCharacters, 'characters'),
  ];
}

function validateCard(card: Card, path: string): ActionProblem[] {
  const buttons = card.buttons ?? [];
  const hasMore =
    [card.subtitle, card.imageUrl, card.url].some((value) => value !== undefined && value !== '') || buttons.length > 0;
  return [
    ...required(`${path}/title`, card.title),
    ...atMost(`${path}/title`, characters(card.title), MESSAGE_LIMITS.cardTitleCharacters, 'characters'),
    ...atMost(`${path}/subtitle`, characters(card.subtitle ?? ''), MESSAGE_LIMITS.cardSubtitleCharacters, 'characters'),
    ...(hasMore
      ? []
      : [
          {
            path,
            message: `${subjectOf(path)} needs a subtitle, a picture, an address or a button besides its title.`,
          },
        ]),
    ...(card.imageUrl === undefined || card.imageUrl === '' ? [] : webAddress(`${path}/imageUrl`, card.imageUrl)),
    ...(card.url === undefined || card.url === '' ? [] : webAddress(`${path}/url`, card.url)),
    ...atMost(`${path}/buttons`, buttons.length, MESSAGE_LIMITS.cardButtons, 'buttons'),
    ...buttons.flatMap((button, index) => validateButton(button, `${path}/buttons/${index}`)),
  ];
}

function required(path: string, text: string): ActionProblem[] {
  return text.trim() === '' ? [{ path, message: `${subjectOf(path)} must not be empty.` }] : [];
}

function atMost(path: string, found: number, limit: number, unit: string): ActionProblem[] {
  return found > limit
    ? [{ path, message: `${subjectOf(path)} has ${found} ${unit}; Instagram takes at most ${limit}.` }]
    : [];
}

function between(path: string, found: number, least: number, limit: number, unit: string): ActionProblem[] {
  return found < least
    ? [{ path, message: `${subjectOf(path)} has no ${unit}; at least ${least} is needed.` }]
    : atMost(path, found, limit, unit);
}

function webAddress(path: string, url: string): ActionProblem[] {
  const isComplete = /^https?:\/\//i.test(url) && URL.canParse(url);
  return isComplete
    ? atMost(path, characters(url), MESSAGE_LIMITS.urlCharacters, 'characters')
    : [{ path, message: `${subjectOf(path)} must be complete, such as https://example.com/page.` }];
}

/** Words for the last parts of a pointer. */
const PART_NAMES: Readonly<Record<string, string>> = {
  to: 'recipient',
  commentId: 'comment',
  url: 'web address',
  imageUrl: 'picture address',
  quickReplies: 'quick reply',
  cards: 'card',
  buttons: 'button',
};

/** A place in words: `/message/cards/2/buttons/0/title` is "The title of button 1 of card 3". */
function subjectOf(path: string): string {
  const words: string[] = [];
  for (const part of path.split('/').slice(1)) {
    const last = words.at(-1);
    if (/^\d+$/.test(part) && last !== undefined) words[words.length - 1] = `${last} ${Number(part) + 1}`;
    else if (part !== 'message') words.push(PART_NAMES[part] ?? part);
  }
  const place = words.toReversed().join(' of ');
  return words.length === 0 || LIST_PARTS.test(path)
    ? 'The message'
    : `${/^(card|button|quick reply) \d/.test(place) ? '' : 'The '}${place}`.replace(/^[a-z]/, (letter) =>
        letter.toUpperCase(),
      );
}

/** Lists as a whole are something of the message: "The message has 14 quick replies". */
const LIST_PARTS = /\/(?:quickReplies|cards)$|^\/message\/buttons$/;

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Counted as a reader counts: an emoji outside the basic plane is one. */
function characters(text: string): number {
  return [...text].length;
}
