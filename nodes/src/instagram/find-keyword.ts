import { matchText } from '@heddle/engine';
import type { MatchMode } from './keyword-fields.ts';

/** How special a kind of match is: when two flows of one priority want an event, the more special one gets it. */
const SPECIFICITY: Readonly<Record<MatchMode, number>> = {
  any: 10,
  contains: 40,
  regex: 45,
  startsWith: 50,
  word: 60,
  exact: 80,
};

/**
 * The first keyword that is in the text; empty text for mode `any`, where none is needed; undefined when none is in it.
 *
 * @throws FlowError `EXPRESSION_INVALID` for a pattern that cannot be read.
 */
export function findKeyword(text: string, match: MatchMode, keywords: readonly string[]): string | undefined {
  if (match === 'any') return '';
  return matchText(text, keywords, match)?.keyword;
}

/** Share of the match mode in a trigger's specificity. */
export function specificityOf(match: MatchMode): number {
  return SPECIFICITY[match];
}
