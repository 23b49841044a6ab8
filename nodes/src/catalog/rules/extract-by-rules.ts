import { REVIEW_BELOW, type ExtractedProduct } from '../extracted-product.ts';
import { formatMoney } from '../money.ts';
import { findCategory } from './find-category.ts';
import { findName } from './find-name.ts';
import { findPrices, type FoundPrice } from './find-prices.ts';
import { findVariants } from './find-variants.ts';

/**
 * What a caption in English or Swahili says about a product, by rules alone: no model, no network, the same each time.
 *
 * Confidence: 0 when neither price nor kind of product is found; a written currency, one clear price, a name and a known kind of product
 * each add to it. It never reaches 1: rules do not understand.
 *
 * @param defaultCurrency ISO code for prices without one (`bei ni 800`) and for `/=`.
 */
export function extractByRules(caption: string, defaultCurrency: string): ExtractedProduct {
  const text = caption.normalize('NFKC').replaceAll('\r\n', '\n');
  const prices = findPrices(text, defaultCurrency);
  const price = choosePrice(prices);
  const was = prices.find((other) => other.kind === 'was' && other !== price && other.currency === price?.currency);
  const name = findName(text, prices);
  const category = findCategory(text);
  const variants = findVariants(
    text,
    prices.filter((other) => other.currency === price?.currency),
  );
  const isUnclear = isAmbiguous(
    prices,
    variants.some((variant) => variant.option === 'Item'),
  );
  const confidence =
    price === undefined && category === null
      ? 0
      : rate({ price, isUnclear, hasName: name !== '', hasCategory: category !== null });
  return {
    name,
    description: describe(text),
    priceMinor: price?.minor ?? null,
    currency: price?.currency ?? null,
    wasPriceMinor: was?.minor ?? null,
    category,
    tags: findTags(text),
    variants,
    confidence,
    needsReview: confidence < REVIEW_BELOW || price === undefined || name === '' || isUnclear,
    extractor: 'rules',
    notes: makeNotes({ price, prices, isUnclear, name, confidence }),
  };
}

/** The reduced price, else the lowest of a price list, else the first. */
function choosePrice(prices: readonly FoundPrice[]): FoundPrice | undefined {
  const now = prices.find((price) => price.kind === 'now');
  const current = prices.filter((price) => price.kind !== 'was');
  const [first] = current;
  if (now !== undefined && prices.length <= 2) return now;
  if (first === undefined) return prices[0];
  return current
    .filter((price) => price.currency === first.currency)
    .reduce((lowest, price) => (price.minor < lowest.minor ? price : lowest), first);
}

/** Several prices in one currency that neither a reduction nor a list explains. The same price in another currency is a service to buyers. */
function isAmbiguous(prices: readonly FoundPrice[], isList: boolean): boolean {
  const current = prices.filter((price) => price.kind !== 'was');
  const currencies = new Set(current.map((price) => price.currency));
  return !isList && new Set(current.map((price) => `${price.minor} ${price.currency}`)).size > currencies.size;
}

function rate(found: {
  price: FoundPrice | undefined;
  isUnclear: boolean;
  hasName: boolean;
  hasCategory: boolean;
}): number {
  const { price, isUnclear, hasName, hasCategory } = found;
  const points =
    (price === undefined ? 0 : price.hasCurrency ? 50 : 35) +
    (price !== undefined && !isUnclear ? 15 : 0) +
    (hasName ? 15 : 0) +
    (hasCategory ? 10 : 0);
  // A range or a "from" price needs somebody to say which it is.
  return Math.max(0, points - (price?.maxMinor === null || price === undefined ? 0 : 15)) / 100;
}

function describe(text: string): string {
  const lines = text.split('\n').map((line) => line.replaceAll(/(?:^|\s)#[\p{L}\p{N}_]+/gu, '').trim());
  return lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
    .slice(0, 2_000);
}

function findTags(text: string): string[] {
  const tags = [...text.matchAll(/#([\p{L}\p{N}_]{2,60})/gu)].map((match) => (match[1] ?? '').toLowerCase());
  return [...new Set(tags)].slice(0, 20);
}

function makeNotes(found: {
  price: FoundPrice | undefined;
  prices: readonly FoundPrice[];
  isUnclear: boolean;
  name: string;
  confidence: number;
}): string[] {
  const { price, prices, isUnclear, name, confidence } = found;
  if (confidence === 0) return ['Nothing that looks like a product was found in the caption.'];
  const notes: string[] = [];
  if (price === undefined) notes.push('The caption names no price.');
  else if (!price.hasCurrency) notes.push(`The caption names no currency; ${price.currency} is assumed.`);
  if (price !== undefined && price.maxMinor !== null)
    notes.push(`The price goes up to ${formatMoney(price.maxMinor, price.currency)}; the lowest is taken.`);
  if (isUnclear)
    notes.push(
      `Several prices: ${prices
        .slice(0, 4)
        .map((other) => formatMoney(other.minor, other.currency))
        .join(', ')}.`,
    );
  if (name === '') notes.push('No name was found.');
  return notes;
}
