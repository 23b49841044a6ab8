import { isCurrency } from '../money.ts';

/** How captions write currencies besides the ISO code. `shilling` and `dollar` depend on the country of the shop. */
const TOKENS: readonly (readonly [pattern: string, currency: string])[] = [
  ['k(?:e|sh|shs|es)\\.?s?', 'KES'],
  ['ush?s?\\.?|ugsh', 'UGX'],
  ['tsh?s?\\.?|tzsh', 'TZS'],
  ['rwfs?|frw', 'RWF'],
  ['us\\$', 'USD'],
  ['euros?|€', 'EUR'],
  ['pounds?|£', 'GBP'],
  ['naira|₦', 'NGN'],
  ['gh[₵¢s]|cedis?|₵', 'GHS'],
  ['rand', 'ZAR'],
  ['₹|rs\\.?', 'INR'],
  ['birr', 'ETB'],
  ['dhs?\\.?', 'AED'],
  ['¥', 'JPY'],
  ['/=|/-|shs?\\.?|shillings?|shilingi|bob', 'shilling'],
  ['\\$|dollars?|dola', 'dollar'],
];
const SHILLINGS = ['KES', 'UGX', 'TZS'];
const DOLLARS = ['USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD'];

const ANY = TOKENS.map(([pattern]) => pattern).join('|');
/** A currency that ends right before an amount: `KES 1,500`, `price: $30`. */
const BEFORE = new RegExp(`(?:^|[^\\p{L}])(${ANY}|[a-z]{3})[\\s.:]*$`, 'iu');
/** A currency that begins right after an amount: `1500/=`, `30 euros`. */
const AFTER = new RegExp(`^\\s?(${ANY}|[a-z]{3})(?![\\p{L}])`, 'iu');

/** ISO code of the currency written right before an amount; undefined when there is none. */
export function findCurrencyBefore(text: string, defaultCurrency: string): string | undefined {
  return toCode(BEFORE.exec(text)?.[1], defaultCurrency);
}

/** The same right after an amount, with the length of what was read. */
export function findCurrencyAfter(
  text: string,
  defaultCurrency: string,
): { currency: string; length: number } | undefined {
  const match = AFTER.exec(text);
  const currency = toCode(match?.[1], defaultCurrency);
  return currency === undefined || match === null ? undefined : { currency, length: match[0].length };
}

function toCode(token: string | undefined, defaultCurrency: string): string | undefined {
  if (token === undefined) return undefined;
  const found = TOKENS.find(([pattern]) => new RegExp(`^(?:${pattern})$`, 'iu').test(token))?.[1];
  if (found === 'shilling') return SHILLINGS.includes(defaultCurrency) ? defaultCurrency : 'KES';
  if (found === 'dollar') return DOLLARS.includes(defaultCurrency) ? defaultCurrency : 'USD';
  if (found !== undefined) return found;
  // Codes in small letters are also words ("all 200", "try 2"): only the usual ones count in any spelling.
  const code = token.toUpperCase();
  if (['KES', 'UGX', 'TZS', 'USD', 'EUR', 'GBP', 'RWF', 'NGN', 'GHS', 'ZAR'].includes(code)) return code;
  return token === code && isCurrency(code) ? code : undefined;
}
