import { FlowError, validatorOf } from '@heddle/schemas';
import { Type, type Static } from 'typebox';
import { ExtractedProductSchema, REVIEW_BELOW, type ExtractedProduct } from '../extracted-product.ts';
import { decimalsOf, formatMoney, isCurrency, toMinorUnits } from '../money.ts';
import { AMOUNT, parseAmount } from '../rules/parse-amount.ts';

const amount = Type.Union([Type.Number({ minimum: 0, maximum: 1e10 }), Type.Null()]);
const AnswerSchema = Type.Object({
  isProduct: Type.Boolean(),
  name: Type.String(),
  description: Type.String(),
  price: amount,
  wasPrice: amount,
  currency: Type.Union([Type.String(), Type.Null()]),
  category: Type.Union([Type.String(), Type.Null()]),
  tags: Type.Array(Type.String()),
  variants: Type.Array(Type.Object({ option: Type.String(), value: Type.String(), price: amount })),
  confidence: Type.Number(),
});
type Answer = Static<typeof AnswerSchema>;

/** How much an invented price is trusted. */
const UNGROUNDED = 0.3;

/**
 * Takes the model's answer apart. Whatever it says is checked: the shape, the currency, and that the price stands in the caption, so that
 * neither imagination nor an order hidden in the caption sets one.
 *
 * @throws FlowError `AI_FAILED` when it is not the JSON that was asked for.
 */
export function parseModelAnswer(text: string, caption: string, defaultCurrency: string): ExtractedProduct {
  const answer = validatorOf(AnswerSchema).parse(parseJson(text), 'AI_FAILED');
  const notes: string[] = [];
  const currency = currencyOf(answer, defaultCurrency, notes);
  const price = answer.price === 0 ? null : answer.price;
  let confidence = answer.isProduct ? Math.min(1, Math.max(0, answer.confidence)) : 0;
  if (price !== null && !amountsIn(caption).some((known) => isSame(known, price, currency))) {
    confidence = Math.min(confidence, UNGROUNDED);
    notes.push(`The caption does not say ${formatMoney(toMinorUnits(price, currency), currency)}.`);
  }
  const name = clean(answer.name, 120);
  if (answer.isProduct && price === null) notes.push('The caption names no price.');
  if (!answer.isProduct) notes.push('Nothing that looks like a product was found in the caption.');
  const toMinor = (value: number | null) => (value === null || value === 0 ? null : toMinorUnits(value, currency));
  return validatorOf(ExtractedProductSchema).parse(
    {
      name,
      description: answer.description.trim().slice(0, 2_000),
      priceMinor: toMinor(price),
      currency: price === null ? null : currency,
      wasPriceMinor: toMinor(answer.wasPrice),
      category: answer.category === null || answer.category.trim() === '' ? null : clean(answer.category, 60),
      tags: [...new Set(answer.tags.map((tag) => clean(tag, 60).toLowerCase().replace(/^#/, '')))]
        .filter((tag) => tag !== '')
        .slice(0, 20),
      variants: answer.variants
        .map(({ option, value, price: own }) => ({
          option: clean(option, 40),
          value: clean(value, 80),
          priceMinor: toMinor(own),
        }))
        .filter(({ option, value }) => option !== '' && value !== '')
        .slice(0, 30),
      confidence,
      needsReview: confidence < REVIEW_BELOW || price === null || name === '',
      extractor: 'model',
      notes,
    },
    'AI_FAILED',
  );
}

/** Some providers wrap JSON into a code block although asked not to. */
function parseJson(text: string): unknown {
  const inner = /^\s*```(?:json)?\s*([\s\S]*?)\s*```\s*$/u.exec(text)?.[1] ?? text;
  try {
    return JSON.parse(inner);
  } catch (cause) {
    throw new FlowError('AI_FAILED', 'The model did not answer with JSON.', { cause });
  }
}

function currencyOf(answer: Answer, defaultCurrency: string, notes: string[]): string {
  const code = answer.currency?.trim().toUpperCase();
  if (code !== undefined && isCurrency(code)) return code;
  if (answer.price !== null) notes.push(`The caption names no currency; ${defaultCurrency} is assumed.`);
  return defaultCurrency;
}

/** Every number of the caption, also times a thousand and a million where `k` or `m` follows. */
function amountsIn(caption: string): number[] {
  return [
    ...caption.normalize('NFKC').matchAll(AMOUNT),
    ...caption.normalize('NFKC').matchAll(/\d+(?:[.,]\d+)?/gu),
  ].flatMap((match) => {
    const value = parseAmount(match[0]);
    const suffix = /^\s?([km])/iu
      .exec(caption.normalize('NFKC').slice(match.index + match[0].length))?.[1]
      ?.toLowerCase();
    return suffix === undefined ? [value] : [value, value * (suffix === 'k' ? 1_000 : 1_000_000)];
  });
}

function isSame(known: number, price: number, currency: string): boolean {
  return Math.abs(known - price) < 0.5 * 10 ** -decimalsOf(currency) || known * 1_000 === price;
}

function clean(text: string, length: number): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, length);
}
