/**
 * Brings text to a form in which writings that people take for the same are the same: case, accents, full-width forms, kinds of
 * apostrophe and white space, variants of an emoji. Only for comparing, never for showing.
 */
export function foldText(text: string): string {
  return foldMarks(text.toLowerCase()).replace(/[ßæœøłđıς]/gu, (letter) => LETTERS[letter] ?? letter);
}

/** As `foldText`, but keeps capital letters: for patterns, where `\S` and `\s` differ. */
export function foldMarks(text: string): string {
  return text
    .normalize('NFKD')
    .replace(IGNORED_MARKS, '')
    .replace(/[’‘ʼ＇`´]/gu, "'")
    .replace(/[\s\u00a0]+/gu, ' ')
    .normalize('NFC');
}

/**
 * Accents of Latin, Greek and Cyrillic; points of Hebrew and Arabic and the Arabic stretching line, which people leave out when they
 * type; emoji variation and skin tone; zero-width signs. Marks of other scripts (Indic vowels, kana voicing) make other words and stay.
 */
const IGNORED_MARKS =
  // oxlint-disable-next-line no-misleading-character-class -- single marks are exactly what is looked for
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b\u200e\u200f\u2060\ufeff\ufe0e\ufe0f\u{1f3fb}-\u{1f3ff}]/gu;

/** Letters that Unicode does not take apart but people do. */
const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ı: 'i', ς: 'σ' };
