import type { Variant } from '../extracted-product.ts';
import type { FoundPrice } from './find-prices.ts';

const MAX_VARIANTS = 30;
const SIZE_LIST =
  /(?<![\p{L}])(?:sizes?|saizi)(?:\s+(?:available|zilizopo|from|kuanzia|eu|uk|us))*\s*[:=-]?\s*([^\n.|•]{1,80})/iu;
const LETTER_SIZE =
  /^(?:xxs|xs|s|m|l|xl|xxl|xxxl|[2-5]xl|small|medium|large|extra large|free size|one size|ndogo|kubwa|wastani)$/iu;
const COLOUR_LIST = /(?<![\p{L}])(?:colou?rs?|rangi)(?:\s+(?:available|zilizopo))*\s*[:=-]\s*([^\n.|•]{1,120})/iu;
const SEPARATOR = /\s*(?:[,/&+;]|\band\b|\bna\b|\bor\b|\bau\b)\s*/iu;

/** Sizes and colours that a caption lists, and the items of a price list (one per line, each with its own price). */
export function findVariants(text: string, prices: readonly FoundPrice[]): Variant[] {
  return [...priceList(text, prices), ...sizes(text), ...colours(text)].slice(0, MAX_VARIANTS);
}

function sizes(text: string): Variant[] {
  const list = SIZE_LIST.exec(text)?.[1];
  if (list === undefined) return [];
  const range = /^(\d{1,2})\s*(?:-|–|to|hadi|mpaka)\s*(\d{1,2})(?!\d)/iu.exec(list);
  if (range !== null) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    if (to > from && to - from <= 20)
      return Array.from({ length: to - from + 1 }, (_, index) => toVariant('Size', String(from + index)));
  }
  const values = list.split(SEPARATOR).map((value) => value.trim());
  const known = values.filter(
    (value, index) => (LETTER_SIZE.test(value) || /^\d{1,2}(?:\.5)?$/.test(value)) && values.indexOf(value) === index,
  );
  return known.map((value) =>
    toVariant('Size', /^[a-z0-9]{1,4}$/i.test(value) ? value.toUpperCase() : capitalise(value)),
  );
}

function colours(text: string): Variant[] {
  const list = COLOUR_LIST.exec(text)?.[1];
  if (list === undefined) return [];
  const values = list.split(SEPARATOR).map((value) => value.replaceAll(/[^\p{L}\s-]/gu, '').trim());
  return [
    ...new Set(values.filter((value) => /^\p{L}[\p{L}\s-]{1,24}$/u.test(value)).map((value) => capitalise(value))),
  ].map((value) => toVariant('Colour', value));
}

/** At least two lines (or parts of a line) of the form "Small - KES 500". */
function priceList(text: string, prices: readonly FoundPrice[]): Variant[] {
  const plain = prices.filter((price) => price.kind !== 'was' && price.maxMinor === null);
  if (plain.length < 2 || prices.some((price) => price.kind === 'was')) return [];
  const items = plain.map((price, index) => {
    const previous = plain[index - 1];
    const lineStart = text.lastIndexOf('\n', price.start - 1) + 1;
    const before = text.slice(Math.max(lineStart, previous?.end ?? 0), price.start);
    const label = (
      before
        .split(/[,;|•.:](?=\s)/u)
        .at(-1)
        ?.trim() === ''
        ? before
        : (before.split(/[,;|•](?=\s)|[.!]\s/u).at(-1) ?? before)
    )
      .replaceAll(/[^\p{L}\p{N}\s'+/-]/gu, ' ')
      .replaceAll(/\b(?:and|na|at|for|kwa|bei|ni|price|is|only|each|from)\b/giu, ' ')
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/^[\s-]+|[\s-]+$/g, '');
    return { label, minor: price.minor };
  });
  const named = items.filter((item) => item.label.length >= 1 && item.label.length <= 60);
  if (named.length < 2 || new Set(named.map((item) => item.label.toLowerCase())).size !== named.length) return [];
  return named.map((item) => ({ option: 'Item', value: capitalise(item.label), priceMinor: item.minor }));
}

function toVariant(option: string, value: string): Variant {
  return { option, value, priceMinor: null };
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}
