import type { JsonObject, JsonValue } from '@heddle/schemas';
import { parseDate } from './parse-date.ts';
import { parseNumber } from './parse-number.ts';
import { parsePhone } from './parse-phone.ts';
import { foldAnswer, toAsciiDigits } from './written-text.ts';
import type { ReplyKind } from './definition.ts';

/** A choice as it stands in the config. */
export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly keywords?: readonly string[];
}

/** What the answer is checked against. */
export interface AnswerRules {
  readonly kind: ReplyKind;
  readonly choices: readonly Choice[];
  readonly isDayFirst: boolean;
  readonly countryCode: string;
  /** Epoch ms; the year of a date that is written without one. */
  readonly nowMs: number;
}

/** A valid answer; `choice` is set for kind `choice`. */
export interface Answer {
  readonly value: JsonValue;
  readonly choice?: string;
}

/** What the person wrote or tapped, out of the reply as the host gives it: a message's or postback's data. */
export function readReply(reply: JsonObject): { text: string; payload: string } {
  const read = (key: string): string => (typeof reply[key] === 'string' ? reply[key] : '');
  return { text: (read('text') || read('title')).trim(), payload: read('quickReplyPayload') || read('payload') };
}

/** The answer in one form, or undefined when it does not fit. */
export function parseAnswer(reply: { text: string; payload: string }, rules: AnswerRules): Answer | undefined {
  const { text } = reply;
  switch (rules.kind) {
    case 'text':
      return text === '' ? undefined : { value: text };
    case 'choice': {
      const choice = findChoice(reply, rules.choices);
      return choice === undefined ? undefined : { value: choice.label, choice: choice.id };
    }
    case 'email':
      return wrap(parseEmail(text));
    case 'phone':
      return wrap(parsePhone(text, rules.countryCode));
    case 'number':
      return wrap(parseNumber(text));
    case 'date':
      return wrap(parseDate(text, { isDayFirst: rules.isDayFirst, nowMs: rules.nowMs }));
    default:
      return rules.kind satisfies never;
  }
}

function wrap(value: JsonValue | undefined): Answer | undefined {
  return value === undefined ? undefined : { value };
}

/**
 * An e-mail address anywhere in the text, in lower case. One @, a domain with a dot, no dots at the edges; letters of every
 * script are allowed (RFC 6531). Undefined when there is none, or more than one.
 */
export function parseEmail(text: string): string | undefined {
  const found = text.normalize('NFKC').match(/[^\s<>()[\],;:"@]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu) ?? [];
  const [address] = found;
  if (address === undefined || found.length > 1) return undefined;
  const [name = '', domain = ''] = address.split('@');
  const isSound =
    name.length <= 64 &&
    address.length <= 254 &&
    !name.startsWith('.') &&
    !name.endsWith('.') &&
    !name.includes('..') &&
    domain.split('.').every((label) => !label.startsWith('-') && !label.endsWith('-'));
  return isSound && /\p{L}{2,}$/u.test(domain) ? address.toLowerCase() : undefined;
}

/**
 * The choice that is meant, in this order: the tapped payload, the label, a keyword alone, the number of the choice, then a label
 * or keyword somewhere in the text. The last only when it points to one choice, not to two.
 */
export function findChoice(reply: { text: string; payload: string }, choices: readonly Choice[]): Choice | undefined {
  const tapped = choices.find((choice) => choice.id === reply.payload);
  if (tapped !== undefined) return tapped;
  const text = foldAnswer(reply.text);
  if (text === '') return undefined;
  const namesOf = (choice: Choice): string[] =>
    [choice.label, ...(choice.keywords ?? [])].map(foldAnswer).filter((name) => name !== '');
  const exact = choices.find((choice) => namesOf(choice).includes(text));
  if (exact !== undefined) return exact;
  const digits = toAsciiDigits(text).match(/^(\d{1,2})[.)]?$/)?.[1];
  if (digits !== undefined) return choices[Number(digits) - 1];
  const mentioned = choices.filter((choice) => namesOf(choice).some((name) => ` ${text} `.includes(` ${name} `)));
  return mentioned.length === 1 ? mentioned[0] : undefined;
}
