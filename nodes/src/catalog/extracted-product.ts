import { Type, type Static } from 'typebox';

/** One choice that a buyer has: a size, a colour, or an item of a list with a price of its own. */
export const VariantSchema = Type.Object(
  {
    option: Type.String({ minLength: 1, maxLength: 40, description: 'Size, Colour or Item' }),
    value: Type.String({ minLength: 1, maxLength: 80 }),
    priceMinor: Type.Union([Type.Integer({ minimum: 0, maximum: 1e13 }), Type.Null()]),
  },
  { additionalProperties: false },
);
export type Variant = Static<typeof VariantSchema>;

/** What a caption says about a product. Money is in minor units of `currency`. */
export const ExtractedProductSchema = Type.Object(
  {
    name: Type.String({ maxLength: 120 }),
    description: Type.String({ maxLength: 2_000 }),
    priceMinor: Type.Union([Type.Integer({ minimum: 0, maximum: 1e13 }), Type.Null()]),
    currency: Type.Union([Type.String({ pattern: '^[A-Z]{3}$' }), Type.Null()]),
    /** The price before a reduction, when the caption tells it. */
    wasPriceMinor: Type.Union([Type.Integer({ minimum: 0, maximum: 1e13 }), Type.Null()]),
    category: Type.Union([Type.String({ maxLength: 60 }), Type.Null()]),
    tags: Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 20 }),
    variants: Type.Array(VariantSchema, { maxItems: 30 }),
    /** 0: nothing found; 1: everything is written plainly. */
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    needsReview: Type.Boolean(),
    extractor: Type.Enum(['model', 'rules']),
    /** What a person should look at, in words. */
    notes: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 10 }),
  },
  { additionalProperties: false },
);
export type ExtractedProduct = Static<typeof ExtractedProductSchema>;

/** Below this a person looks at it. */
export const REVIEW_BELOW = 0.7;
