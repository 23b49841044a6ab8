import { FlowError } from '@heddle/schemas';
import { RE2JS, RE2JSException } from 're2js';
import { foldMarks, foldText } from './fold-text.ts';

/** How a keyword must stand in a text. `word`: as whole words; all ignore case and accents. */
export const TEXT_MATCH_MODES = ['word', 'contains', 'exact', 'startsWith', 'regex'] as const;
export type TextMatchMode = (typeof TEXT_MATCH_MODES)[number];

/** Which keyword was found, as the author wrote it. */
export interface TextMatch {
  readonly keyword: string;
  /** Position in the author's list. */
  readonly index: number;
}

/**
 * Looks for the first of several keywords in what a person wrote. Any language; emoji are words of their own.
 *
 * @param keywords Tried in order; empty ones are passed over. For `regex` each is an RE2 pattern (no look-around, no back references).
 * @returns null when none is there. Time is linear in the text for every mode and pattern.
 * @throws FlowError `EXPRESSION_INVALID` for a pattern that RE2 cannot read.
 */
export function matchText(text: string, keywords: readonly string[], mode: TextMatchMode): TextMatch | null {
  const folded = mode === 'regex' ? foldMarks(text) : foldText(text).trim();
  for (const [index, keyword] of keywords.entries()) {
    if (keyword.trim() === '') continue;
    if (mode === 'regex' ? patternOf(keyword).test(folded) : matchesFolded(folded, foldText(keyword).trim(), mode))
      return { keyword, index };
  }
  return null;
}

/** Throws like `matchText` when a pattern cannot be read; for checking while it is typed. */
export function assertPattern(pattern: string): void {
  patternOf(pattern);
}

function matchesFolded(text: string, keyword: string, mode: Exclude<TextMatchMode, 'regex'>): boolean {
  // A keyword of nothing but ignored signs would be found everywhere.
  if (keyword === '') return false;
  switch (mode) {
    case 'exact':
      return text === keyword;
    case 'contains':
      return text.includes(keyword);
    case 'startsWith':
      return text.startsWith(keyword);
    case 'word':
      return hasWord(text, keyword);
  }
}

/** A letter, digit or mark: what words are made of. Scripts written without spaces have no borders to look at, so they are left out. */
const WORD_SIGN = /[\p{L}\p{N}\p{M}_]/u;
const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

function hasWord(text: string, keyword: string): boolean {
  const needsStart = bindsTo(firstSign(keyword));
  const needsEnd = bindsTo(lastSign(keyword));
  for (let at = text.indexOf(keyword); at !== -1; at = text.indexOf(keyword, at + 1)) {
    const startsWell = !needsStart || at === 0 || !bindsTo(lastSign(text.slice(Math.max(0, at - 2), at)));
    const end = at + keyword.length;
    const endsWell = !needsEnd || end === text.length || !bindsTo(firstSign(text.slice(end, end + 2)));
    if (startsWell && endsWell) return true;
  }
  return false;
}

function bindsTo(sign: string): boolean {
  return WORD_SIGN.test(sign) && !SPACELESS.test(sign);
}

function firstSign(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0x20);
}

function lastSign(text: string): string {
  const code = text.charCodeAt(text.length - 1);
  return code >= 0xdc00 && code <= 0xdfff && text.length > 1 ? text.slice(-2) : text.slice(-1);
}

/** Compiled patterns, newest last. Bounded: patterns come from many flows. */
const patterns = new Map<string, RE2JS>();
const MAX_PATTERNS = 500;

function patternOf(source: string): RE2JS {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  let made: RE2JS;
  try {
    made = RE2JS.compile(foldMarks(source), RE2JS.CASE_INSENSITIVE);
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause;
    throw new FlowError('EXPRESSION_INVALID', `The pattern "${source}" cannot be read: ${cause.message}.`, { cause });
  }
  if (patterns.size >= MAX_PATTERNS) patterns.clear();
  patterns.set(source, made);
  return made;
}
