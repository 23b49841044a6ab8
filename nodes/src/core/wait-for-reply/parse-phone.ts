import { toAsciiDigits } from './written-text.ts';

/**
 * A phone number as E.164: "+", country code, number, at most 15 digits, at least 8. Digits of every script; spaces, dots,
 * dashes, slashes and brackets are skipped; "00" stands for "+".
 *
 * @param countryCode Such as "+254": put before a number that is written without a country code, its leading zero dropped. Empty:
 * such a number does not fit.
 */
export function parsePhone(text: string, countryCode: string): string | undefined {
  const plain = toAsciiDigits(text.normalize('NFKC'));
  const found = plain.match(/\+?\(?\d[\d\s().\-/\u2010-\u2015\u00a0]*\d/gu) ?? [];
  const [written] = found;
  if (written === undefined || found.length > 1) return undefined;
  // "+44 (0)20 …": the zero in brackets is dialled at home only.
  const dialled = written.replace(/(?<=\d[\s]*)\(0\)/u, '').replace(/[^\d+]/g, '');
  const international = dialled.startsWith('+')
    ? dialled
    : dialled.startsWith('00')
      ? `+${dialled.slice(2)}`
      : toInternational(dialled, countryCode);
  return international !== undefined && /^\+[1-9]\d{7,14}$/.test(international) ? international : undefined;
}

function toInternational(dialled: string, countryCode: string): string | undefined {
  if (countryCode === '') return undefined;
  const code = countryCode.slice(1);
  // "254712345678" carries its code already, only the plus is missing.
  if (dialled.startsWith(code) && dialled.length >= code.length + 8) return `+${dialled}`;
  return `${countryCode}${dialled.replace(/^0/, '')}`;
}
