import type { Product, ProductDraft } from '@heddle/schemas/api';
import type { Selectable } from 'kysely';
import type { CatalogTables } from './tables.ts';

export type DraftRow = Selectable<CatalogTables['heddle.product_draft']>;
export type ProductRow = Selectable<CatalogTables['heddle.product']>;

export function toDraftView(row: DraftRow): ProductDraft {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    priceMinor: toNumber(row.price_minor),
    currency: row.currency,
    wasPriceMinor: toNumber(row.was_price_minor),
    category: row.category,
    tags: row.tags,
    variants: row.variants,
    status: row.status,
    confidence: Math.round(row.confidence * 100) / 100, // real has seven digits
    needsReview: row.needs_review,
    isEdited: row.is_edited,
    extractor: row.extractor,
    notes: row.notes,
    caption: row.caption,
    pictureUrl: row.picture_url,
    permalink: row.permalink,
    postedAt: row.posted_at?.toISOString() ?? null,
    reason: row.reason,
    productId: row.product_id,
    scanId: row.scan_id,
    expiresAt: row.expires_at.toISOString(),
    createdAt: row.created_at.toISOString(),
  };
}

export function toProductView(row: ProductRow): Product {
  const permalink = row.source['permalink'];
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    description: row.description,
    priceMinor: Number(row.price_minor),
    currency: row.currency,
    wasPriceMinor: toNumber(row.was_price_minor),
    category: row.category,
    tags: row.tags,
    variants: row.variants,
    inventory: row.inventory,
    images: row.images,
    status: row.status,
    permalink: typeof permalink === 'string' ? permalink : null,
    createdAt: row.created_at.toISOString(),
  };
}

/** bigint arrives as text; amounts are at most 1e13, which a number holds exactly. */
function toNumber(value: string | number | null): number | null {
  return value === null ? null : Number(value);
}
