/** Config fields that both message triggers share. Browser safe. */
import { Type } from 'typebox';

/** How a text is compared with the keywords. */
export const MATCH_MODES = ['any', 'word', 'contains', 'exact', 'startsWith', 'regex'] as const;
export type MatchMode = (typeof MATCH_MODES)[number];

export const matchField = Type.Enum([...MATCH_MODES], {
  title: 'Starts when the text',
  default: 'word',
  'x-widget': 'select',
  'x-group': 'Words',
  'x-enum-titles': {
    any: 'is anything at all',
    word: 'has one of the words',
    contains: 'contains one of the texts',
    exact: 'is exactly one of the texts',
    startsWith: 'starts with one of the texts',
    regex: 'fits a pattern (regular expression)',
  },
  description: 'Capital letters and accents make no difference.',
});

export const keywordsField = Type.Optional(
  Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
    title: 'Words to look for',
    maxItems: 100,
    'x-widget': 'keywords',
    'x-group': 'Words',
    'x-placeholder': 'price',
    'x-show-if': { match: ['word', 'contains', 'exact', 'startsWith', 'regex'] },
    description: 'One is enough. Works in every language, emoji too.',
  }),
);
