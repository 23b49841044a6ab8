import { foldText } from '@heddle/engine';

/** An answer for comparison: without case, accents and punctuation, with single spaces. "  ¡Sí, por favor! " becomes "si por favor". */
export function foldAnswer(text: string): string {
  return foldText(text)
    .replace(/[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}]+/gu, ' ')
    .trim();
}

/** Decimal digits of every script (Arabic, Persian, Devanagari, Thai, full width …) as 0 to 9. */
export function toAsciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
}

/** Unicode keeps the ten digits of a script together, zero first: the distance to the zero is the value. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  // Sets of mathematical digits follow one another without a gap, from U+1D7CE on.
  if (code >= 0x1d7ce && code <= 0x1d7ff) return (code - 0x1d7ce) % 10;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return code - zero;
}
