/** Liquid filters of our own. Pure; a wrong use throws, which becomes an EXPRESSION_* error. */

const formats = new Map<string, { format: Intl.NumberFormat; minorUnitsPerUnit: number }>();

/**
 * Money for reading: `{{ 1999 | money: "EUR" }}` gives "€19.99".
 *
 * @param minorUnits Whole number in the smallest unit of the currency (cents, yen).
 * @param currency ISO 4217 code.
 * @param locale BCP 47 tag for the way of writing; default English.
 */
export function formatMoney(minorUnits: unknown, currency: unknown, locale: unknown = 'en'): string {
  const amount = typeof minorUnits === 'string' ? Number(minorUnits) : minorUnits;
  if (typeof amount !== 'number' || !Number.isFinite(amount)) {
    throw new TypeError(`"money" needs an amount in the smallest unit (1999 for 19.99), found ${describe(minorUnits)}`);
  }
  if (typeof currency !== 'string' || !/^[A-Za-z]{3}$/.test(currency)) {
    throw new TypeError(`"money" needs a currency of three letters, such as money: "EUR", found ${describe(currency)}`);
  }
  const { format, minorUnitsPerUnit } = formatOf(currency, typeof locale === 'string' ? locale : 'en');
  return format.format(amount / minorUnitsPerUnit);
}

function formatOf(currency: string, locale: string): { format: Intl.NumberFormat; minorUnitsPerUnit: number } {
  const key = `${locale} ${currency}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const made = { format, minorUnitsPerUnit: 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2) };
  // Templates of strangers name the locale: the cache must not grow with them.
  if (formats.size < 200) formats.set(key, made);
  return made;
}

/** The first word of a text: a first name out of a full name. Empty for an empty text. */
export function firstWord(text: unknown): string {
  return typeof text === 'string' ? (text.trim().split(/\s+/u)[0] ?? '') : '';
}

function describe(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value);
}
