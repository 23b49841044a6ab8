/** A number as captions write prices: digits in groups, decimals; glued to no word but a currency. The suffix (k, m) is read by the caller. */
export const AMOUNT =
  /(?:(?<=(?<!\p{L})(?:k(?:es|shs?|e)|ugx|ushs?|tzs|tshs?|rwf|usd|eur|gbp|ngn|ghs|zar|shs?|rs)\.?)|(?<![\p{L}\d.,+#/]))(?:\d{1,3}(?:[,.’'\u00a0 ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)(?!\d)/giu;

/**
 * The value of digits matched by `AMOUNT`. A separator before exactly three last digits groups thousands (`1,500`, `1.500`); before one or two
 * it is the decimal point (`12.50`, `12,50`).
 */
export function parseAmount(text: string): number {
  const decimals = /[.,](\d{1,2})$/.exec(text);
  const whole = (decimals === null ? text : text.slice(0, decimals.index)).replaceAll(/\D/g, '');
  return Number(decimals === null ? whole : `${whole}.${decimals[1]}`);
}
