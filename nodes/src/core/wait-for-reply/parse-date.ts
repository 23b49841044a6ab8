import { foldAnswer, toAsciiDigits } from './written-text.ts';

/** Month names of languages that our users write in, folded; three letters are enough where they are unique. */
const MONTHS: readonly (readonly string[])[] = [
  ['january', 'januari', 'enero', 'janvier', 'januar', 'janeiro', 'gennaio', 'يناير'],
  ['february', 'februari', 'febrero', 'fevrier', 'februar', 'fevereiro', 'febbraio', 'فبراير'],
  ['march', 'machi', 'marzo', 'mars', 'marz', 'marco', 'مارس'],
  ['april', 'aprili', 'abril', 'avril', 'aprile', 'أبريل', 'ابريل'],
  ['may', 'mei', 'mayo', 'mai', 'maio', 'maggio', 'مايو'],
  ['june', 'juni', 'junio', 'juin', 'junho', 'giugno', 'يونيو'],
  ['july', 'julai', 'julio', 'juillet', 'juli', 'julho', 'luglio', 'يوليو'],
  ['august', 'agosti', 'agosto', 'aout', 'أغسطس', 'اغسطس'],
  ['september', 'septemba', 'septiembre', 'septembre', 'setembro', 'settembre', 'سبتمبر'],
  ['october', 'oktoba', 'octubre', 'octobre', 'oktober', 'outubro', 'ottobre', 'أكتوبر', 'اكتوبر'],
  ['november', 'novemba', 'noviembre', 'novembre', 'novembro', 'نوفمبر'],
  ['december', 'desemba', 'diciembre', 'decembre', 'dezember', 'dezembro', 'dicembre', 'ديسمبر'],
].map((names) => names.map(foldAnswer));

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/**
 * A calendar day as `YYYY-MM-DD`: "2026-11-30", "30/11/2026", "30.11.26", "30 November", "Nov 30, 2026", digits of any script.
 * Without a year: the next such day from `nowMs` on (UTC). A two-digit year is of this century up to 20 years ahead, else of the last.
 *
 * @returns undefined when it names no day, or one that does not exist (30 February).
 */
export function parseDate(text: string, options: { isDayFirst: boolean; nowMs: number }): string | undefined {
  const plain = toAsciiDigits(text.normalize('NFKC')).trim();
  const found = fromIso(plain) ?? fromNumbers(plain, options) ?? fromMonthName(plain, options.nowMs);
  return found !== undefined && isReal(found) ? toIso(found) : undefined;
}

function fromIso(plain: string): Day | undefined {
  const match = /(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/.exec(plain);
  return match === null ? undefined : { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
}

function fromNumbers(plain: string, { isDayFirst, nowMs }: { isDayFirst: boolean; nowMs: number }): Day | undefined {
  const match = /(?<!\d)(\d{1,2})\s*[-/.]\s*(\d{1,2})(?:\s*[-/.]\s*(\d{4}|\d{2}))?(?!\d)/.exec(plain);
  if (match === null) return undefined;
  const [first, second] = [Number(match[1]), Number(match[2])];
  // 31/12 can only be read one way, whatever is set.
  const isFirstTheDay = first > 12 ? true : second > 12 ? false : isDayFirst;
  const [day, month] = isFirstTheDay ? [first, second] : [second, first];
  return withYear(day, month, match[3], nowMs);
}

function fromMonthName(plain: string, nowMs: number): Day | undefined {
  const words = foldAnswer(plain).split(' ');
  const monthIndex = words.map(findMonth).find((index) => index !== undefined);
  if (monthIndex === undefined) return undefined;
  const numbers = words.flatMap((word) => /^(\d{1,2}|\d{4})(st|nd|rd|th)?$/.exec(word)?.[1] ?? []);
  const day = numbers.find((digits) => digits.length <= 2);
  if (day === undefined) return undefined;
  const rest = numbers.filter((_, index) => index !== numbers.indexOf(day));
  return withYear(Number(day), monthIndex + 1, rest[0], nowMs);
}

function findMonth(word: string): number | undefined {
  if (word.length < 3) return undefined;
  const index = MONTHS.findIndex((names) =>
    names.some((name) => name === word || (word.length >= 3 && word.length <= 4 && name.startsWith(word))),
  );
  return index === -1 ? undefined : index;
}

function withYear(day: number, month: number, written: string | undefined, nowMs: number): Day {
  const now = new Date(nowMs);
  const thisYear = now.getUTCFullYear();
  if (written === undefined) {
    const isPast = Date.UTC(thisYear, month - 1, day) < Date.UTC(thisYear, now.getUTCMonth(), now.getUTCDate());
    return { year: isPast ? thisYear + 1 : thisYear, month, day };
  }
  if (written.length === 4) return { year: Number(written), month, day };
  const century = Math.floor(thisYear / 100) * 100;
  const year = century + Number(written);
  return { year: year > thisYear + 20 ? year - 100 : year, month, day };
}

function isReal({ year, month, day }: Day): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1900 && year <= 2200 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function toIso({ year, month, day }: Day): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
