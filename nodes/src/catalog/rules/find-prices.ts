import { toMinorUnits } from '../money.ts';
import { findCurrencyAfter, findCurrencyBefore } from './currency-tokens.ts';
import { AMOUNT, parseAmount } from './parse-amount.ts';

/** A price in a caption. */
export interface FoundPrice {
  readonly minor: number;
  readonly currency: string;
  /** `was`: before a reduction; `now`: after it. */
  readonly kind: 'plain' | 'was' | 'now';
  /** Highest price of a range, else null. */
  readonly maxMinor: number | null;
  /** The currency is written there, not taken from the settings. */
  readonly hasCurrency: boolean;
  /** Place in the caption, with currency. */
  readonly start: number;
  readonly end: number;
}

/** Words after which a bare number is a price, in English and Swahili. */
const PRICE_WORD =
  /(?:\b(?:price[ds]?|bei|gharama|cost(?:s|ing)?|only|just|tu|kwa|at|now|sasa|was|were|ilikuwa|awali|from|kuanzia|sale|offer|ofa|for|value)\b|@)\s*(?:yake|zetu|yetu|zote)?\s*(?:price|bei)?\s*(?:is|ni|tu|only|just|at|from|kuanzia)?\s*[:=~-]?\s*$/iu;
/** What a number is instead of a price, by the words before it. */
const NOT_BEFORE =
  /(?:\b(?:till|paybill|pay bill|buy goods|acc(?:ount)?|call|whats ?app|tel|phone|sms|simu|namba|no|nambari|size|sizes|saizi|shop|stall|room|floor|block|pin|code|top|year|mwaka)\b\.?\s*(?:no\.?|number|namba|ni|is)?\s*[:#-]?\s*|\+|\b0)$/iu;
/** Money that is not the price of the product. */
const OTHER_MONEY =
  /\b(?:save|saving|okoa|deliver(?:y|ies|ed)?|shipping|usafiri|transport|deposit|above|over|voucher|worth|discount of|punguzo la)\b(?:ksh\.|[^\n\d.!|•]){0,24}$/iu;
/** A bare number in a line about sizes is one. */
const SIZE_LINE = /\b(?:sizes?|saizi|age|umri)\b[^\n]{0,24}$/iu;
/** What a number is instead of a price, by what follows it. */
const NOT_AFTER =
  /^\s?(?:%|percent|asilimia|x\s?\d|cm|mm|m\b|kgs?|kilos?|g\b|gm|grams?|ml|l\b|lit(?:er|re)s?|pcs|pieces?|pairs?|inch(?:es)?|ft|am\b|pm\b|a\.m|p\.m|hrs?|hours?|mins?|days?|siku|weeks?|wiki|months?|years?|yrs|followers|likes|views|people|customers|colou?rs|rangi|sizes|designs|in stock|left|gb|mah|watts?|w\b|st\b|nd\b|rd\b|th\b|:\d)/iu;
const WAS = /\b(?:was|were|before|previously|used to be|ilikuwa|awali|zamani|rrp)\b[^\d\n]{0,14}$/iu;
const NOW = /(?:\b(?:now|sasa|only now|offer|ofa|sale|today|leo)\b[^\d\n]{0,14}|(?:→|->|➡️?|=>|👉)\s*[^\d\n]{0,8})$/iu;
const RANGE_GAP = /^\s*(?:-|–|—|to|hadi|mpaka)\s*$/iu;
/** The largest number that is taken for a price: longer ones are phone numbers. */
const MAX_DIGITS = 9;

interface Candidate {
  readonly digits: string;
  /** `k` and the like: 1000 or 1000000. */
  readonly factor: number;
  readonly currency: string | undefined;
  readonly isPrice: boolean;
  readonly before: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The prices in a caption in the order they stand there. Numbers that are sizes, phone and till numbers, percentages, dates or delivery
 * fees are left out. A number without a currency counts after a price word (`bei ni 800`), with `/=`, or with `k` (`2.5k`).
 *
 * @param defaultCurrency ISO code, used where none is written.
 */
export function findPrices(text: string, defaultCurrency: string): FoundPrice[] {
  const candidates = [...text.matchAll(AMOUNT)].map((match) =>
    toCandidate(text, match[0], match.index, defaultCurrency),
  );
  const prices: FoundPrice[] = [];
  for (let index = 0; index < candidates.length; index++) {
    const low = candidates[index];
    if (low === undefined) continue;
    const high = candidates[index + 1];
    const isRange =
      high !== undefined &&
      (low.isPrice || high.isPrice) &&
      isRangeGap(text.slice(low.end, high.start)) &&
      valueOf(high) >= valueOf(low, high.factor) &&
      !isBlocked(text, low);
    if (!isRange && !low.isPrice) continue;
    const currency = low.currency ?? (isRange ? high.currency : undefined);
    const code = currency ?? defaultCurrency;
    // "2-3k": the k belongs to both.
    const factor =
      isRange && low.factor === 1 && high.factor > 1 && valueOf(low) < valueOf(high) / high.factor
        ? high.factor
        : low.factor;
    prices.push({
      minor: toMinorUnits(parseAmount(low.digits) * factor, code),
      currency: code,
      kind: isRange ? 'plain' : kindOf(low.before),
      maxMinor: isRange ? toMinorUnits(valueOf(high), code) : null,
      hasCurrency: currency !== undefined,
      start: low.start,
      end: isRange ? high.end : low.end,
    });
    if (isRange) index++;
  }
  return markReductions(
    text,
    prices.filter((price) => price.minor > 0),
  );
}

function toCandidate(text: string, digits: string, at: number, defaultCurrency: string): Candidate {
  let end = at + digits.length;
  const suffix = /^\s?(k|m|mil|million)(?![\p{L}\d])/iu.exec(text.slice(end, end + 9));
  const before = text.slice(Math.max(0, at - 40), at);
  const currencyBefore = findCurrencyBefore(before, defaultCurrency);
  const hasMega = suffix !== null && !/^\s?k/i.test(suffix[0]);
  // "2 m" is a length unless money is spoken of.
  const usesSuffix =
    suffix !== null &&
    (!hasMega ||
      currencyBefore !== undefined ||
      findCurrencyAfter(text.slice(end + suffix[0].length), defaultCurrency) !== undefined);
  if (usesSuffix) end += suffix[0].length;
  const follows = findCurrencyAfter(text.slice(end, end + 14), defaultCurrency);
  // "pack of 6 KES 900": the currency belongs to the next number.
  const after =
    follows !== undefined &&
    /^[.:]?\s*\d/.test(text.slice(end + follows.length)) &&
    !text.slice(end, end + follows.length).includes('/')
      ? undefined
      : follows;
  const currency = currencyBefore ?? after?.currency;
  if (after !== undefined) end += after.length;
  // "Ksh 1500/=" says it twice.
  const twice = /^\s?\/[=-]/.exec(text.slice(end, end + 3));
  if (twice !== null) end += twice[0].length;
  const rest = text.slice(end, end + 14);
  const candidate = {
    digits,
    factor: usesSuffix ? (hasMega ? 1_000_000 : 1_000) : 1,
    currency,
    before,
    start: currencyStart(text, at, currencyBefore),
    end,
  };
  const isNumber = digits.replaceAll(/\D/g, '').length <= MAX_DIGITS && !/^0\d/.test(digits);
  const isBare = /^\p{L}/u.test(rest) || NOT_AFTER.test(rest) || SIZE_LINE.test(before);
  const isMoney =
    currency !== undefined || (!isBare && (usesSuffix || (PRICE_WORD.test(before) && parseAmount(digits) >= 5)));
  return {
    ...candidate,
    isPrice:
      isNumber &&
      isMoney &&
      !NOT_BEFORE.test(before) &&
      !OTHER_MONEY.test(before) &&
      !/^\s?(?:off\b|delivery|shipping|discount)/iu.test(rest),
  };
}

/** Where the written currency before an amount begins. */
function currencyStart(text: string, at: number, currency: string | undefined): number {
  if (currency === undefined) return at;
  const token = /[\p{L}$€£₦₵₹¥.]{1,10}[\s.:]*$/u.exec(text.slice(Math.max(0, at - 14), at));
  return token === null ? at : at - token[0].length;
}

function isBlocked(text: string, candidate: Candidate): boolean {
  return (
    NOT_BEFORE.test(candidate.before) ||
    OTHER_MONEY.test(candidate.before) ||
    NOT_AFTER.test(text.slice(candidate.end, candidate.end + 14))
  );
}

function isRangeGap(between: string): boolean {
  return RANGE_GAP.test(between) || /^\s*(?:-|–|—|to|hadi|mpaka)\s*[\p{L}$€£.]{1,5}\s?$/iu.test(between);
}

function valueOf(candidate: Candidate, factor = 1): number {
  return parseAmount(candidate.digits) * Math.max(candidate.factor, factor);
}

function kindOf(before: string): FoundPrice['kind'] {
  if (NOW.test(before)) return 'now';
  return WAS.test(before) ? 'was' : 'plain';
}

/** Two prices of which one is called old or new: the other one is the other. */
function markReductions(text: string, prices: FoundPrice[]): FoundPrice[] {
  const [first, second] = prices;
  if (
    first === undefined ||
    second === undefined ||
    prices.length !== 2 ||
    first.maxMinor !== null ||
    second.maxMinor !== null
  )
    return prices;
  if (first.kind === 'was' && second.kind === 'plain' && second.minor < first.minor)
    return [first, { ...second, kind: 'now' }];
  if (first.kind === 'plain' && second.kind === 'now' && second.minor < first.minor)
    return [{ ...first, kind: 'was' }, second];
  if (
    first.kind === 'plain' &&
    second.kind === 'plain' &&
    second.minor < first.minor &&
    /^\s*to\s*$/iu.test(text.slice(first.end, second.start))
  )
    return [
      { ...first, kind: 'was' },
      { ...second, kind: 'now' },
    ];
  return prices;
}
