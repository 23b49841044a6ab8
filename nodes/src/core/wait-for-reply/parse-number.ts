import { toAsciiDigits } from './written-text.ts';

/** The largest amount that a number keeps exactly. */
const LARGEST = Number.MAX_SAFE_INTEGER;

/**
 * A number as people of different countries write it: "1,234.56", "1.234,56", "1 234", "١٢٣٫٥", "KES 500", "15k", "-3".
 * A single comma or point before exactly three digits separates thousands ("1,000"), before others it is the decimal sign ("1,5").
 *
 * @returns undefined when there is no number, or more than one.
 */
export function parseNumber(text: string): number | undefined {
  const plain = toAsciiDigits(text.normalize('NFKC'))
    .replaceAll('\u066b', '.') // Arabic decimal separator
    .replaceAll('\u066c', ',') // Arabic thousands separator
    .replaceAll('\u2212', '-');
  const found = plain.match(/(?<![\d.,])-?\d[\d.,'’ \u00a0\u202f]*/gu) ?? [];
  const [match] = found;
  if (match === undefined || found.length > 1) return undefined;
  const end = plain.indexOf(match) + match.length;
  const factor = /^\s?(k|m)\b/iu.exec(plain.slice(end))?.[1]?.toLowerCase();
  const value = toValue(match.trim().replace(/[.,]+$/, ''));
  if (value === undefined) return undefined;
  const scaled = value * (factor === 'k' ? 1000 : factor === 'm' ? 1_000_000 : 1);
  return Math.abs(scaled) <= LARGEST ? scaled : undefined;
}

function toValue(written: string): number | undefined {
  // A space, or ’ as in Switzerland, separates thousands only.
  const compact = /[\s'’]/u.test(written) ? joinGroups(written) : written;
  if (compact === undefined) return undefined;
  const sign = decimalSign(compact);
  const [whole = '', fraction = ''] =
    sign === null
      ? [compact]
      : [compact.slice(0, compact.lastIndexOf(sign)), compact.slice(compact.lastIndexOf(sign) + 1)];
  const digits = whole.replace(/[.,]/g, '');
  const value = Number(`${digits}${fraction === '' ? '' : `.${fraction}`}`);
  return Number.isFinite(value) ? value : undefined;
}

/** "1 234 567" to "1234567"; groups of another length are two numbers side by side. */
function joinGroups(written: string): string | undefined {
  const [first = '', ...rest] = written.split(/[\s'’]+/u);
  const isGrouped = rest.every((group, index) =>
    (index === rest.length - 1 ? /^\d{3}([.,]\d+)?$/ : /^\d{3}$/).test(group),
  );
  return isGrouped ? [first, ...rest].join('') : undefined;
}

/** Which of comma and point is the decimal sign, or null when there is none. */
function decimalSign(written: string): '.' | ',' | null {
  const comma = written.lastIndexOf(',');
  const point = written.lastIndexOf('.');
  if (comma === -1 && point === -1) return null;
  if (comma !== -1 && point !== -1) return comma > point ? ',' : '.';
  const sign = comma === -1 ? '.' : ',';
  const isRepeated = written.indexOf(sign) !== written.lastIndexOf(sign);
  const after = written.length - 1 - written.lastIndexOf(sign);
  const isThousands = isRepeated || (after === 3 && !/^-?0/.test(written));
  return isThousands ? null : sign;
}
