import { randomInt } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** New ids that look like the platform's own. */
export interface IdSource {
  /** A numeric id with this prefix, 17 digits in all (comments `178`/`179`, media `180`, containers `178`). */
  numeric(prefix: string): string;
  mid(): string;
  conversation(): string;
  /** Long-lived and short-lived tokens begin with `IGAA`. */
  token(): string;
  /** An authorisation code, beginning with `AQB`. */
  code(): string;
  shortcode(): string;
  trace(): string;
  delivery(): string;
}

/** @param random numbers in [0, 1); seed it to make ids repeatable. */
export function createIds(random: () => number): IdSource {
  const letters = (count: number): string =>
    Array.from({ length: count }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('');
  const digits = (count: number): string => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
  return {
    numeric: (prefix) => prefix + digits(17 - prefix.length),
    mid: () => `aWdfZAG1faXRlbToxOk1lc3NhZA2VJRD${letters(48)}`,
    conversation: () => `aWdfZAG06MTpJR01lc3NhZA2VUaHJlYWQ6${letters(32)}`,
    token: () => `IGAA${letters(140)}`,
    code: () => `AQB${letters(120)}`,
    shortcode: () => `D${letters(10)}`,
    trace: () => `A${letters(22)}`,
    delivery: () => letters(16),
  };
}

/** Numbers in [0, 1) from the system's generator. */
export function systemRandom(): number {
  return randomInt(2 ** 47) / 2 ** 47;
}
