import { Type, type Static } from 'typebox';
import { IdSchema, TimestampSchema } from '../ids.ts';
import { defineEndpoint, PageSchema, pageQuery } from './endpoint.ts';

const nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);
const count = Type.Integer({ minimum: 0 });
/** Money is in the smallest unit of its currency: 150000 KES are KES 1,500.00, 45000 UGX are UGX 45,000. */
const MinorSchema = Type.Integer({ minimum: 0, maximum: 1e13 });
const CurrencySchema = Type.String({ pattern: '^[A-Z]{3}$' });

export const SCAN_STATUSES = ['running', 'done', 'cancelled', 'failed'] as const;

/** A walk through the posts of an account. */
export const ScanViewSchema = Type.Object(
  {
    id: IdSchema,
    connectionId: nullable(IdSchema),
    flowId: nullable(IdSchema),
    /** The run that does it; null until it begins. */
    runId: nullable(IdSchema),
    status: Type.Enum([...SCAN_STATUSES]),
    /** Why it failed, in words. */
    reason: nullable(Type.String()),
    limit: Type.Integer(),
    since: nullable(Type.String()),
    progress: Type.Object(
      {
        /** Posts that will be looked at, as far as known: exact once the whole account is listed. */
        total: nullable(count),
        listed: count,
        done: count,
        /** Read before, so not paid for again. */
        reused: count,
        drafts: count,
        needsReview: count,
      },
      { additionalProperties: false },
    ),
    /** Seconds to the end at the pace so far; null when it cannot be said. */
    etaSeconds: nullable(count),
    startedAt: TimestampSchema,
    endedAt: nullable(TimestampSchema),
  },
  { additionalProperties: false },
);
export type ScanView = Static<typeof ScanViewSchema>;

export const ProductVariantSchema = Type.Object(
  {
    option: Type.String({ minLength: 1, maxLength: 40, description: 'Size, Colour, Item …' }),
    value: Type.String({ minLength: 1, maxLength: 80 }),
    priceMinor: nullable(MinorSchema),
  },
  { additionalProperties: false },
);
export type ProductVariant = Static<typeof ProductVariantSchema>;

/** What a person may change of a draft. */
const draftFields = {
  name: Type.String({ maxLength: 120 }),
  description: Type.String({ maxLength: 2_000 }),
  priceMinor: nullable(MinorSchema),
  currency: nullable(CurrencySchema),
  wasPriceMinor: nullable(MinorSchema),
  category: nullable(Type.String({ maxLength: 60 })),
  tags: Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 20 }),
  variants: Type.Array(ProductVariantSchema, { maxItems: 30 }),
};

export const DRAFT_STATUSES = ['pending', 'approved', 'rejected', 'expired'] as const;

/** A product read out of a post, waiting for a person. */
export const ProductDraftSchema = Type.Object(
  {
    id: IdSchema,
    ...draftFields,
    status: Type.Enum([...DRAFT_STATUSES]),
    /** 0 to 1. */
    confidence: Type.Number(),
    needsReview: Type.Boolean(),
    isEdited: Type.Boolean(),
    extractor: Type.Enum(['model', 'rules']),
    notes: Type.Array(Type.String()),
    caption: Type.String(),
    pictureUrl: nullable(Type.String()),
    permalink: nullable(Type.String()),
    postedAt: nullable(TimestampSchema),
    /** Why it was rejected. */
    reason: nullable(Type.String()),
    productId: nullable(IdSchema),
    scanId: nullable(IdSchema),
    expiresAt: TimestampSchema,
    createdAt: TimestampSchema,
  },
  { additionalProperties: false },
);
export type ProductDraft = Static<typeof ProductDraftSchema>;

export const ProductSchema = Type.Object(
  {
    id: IdSchema,
    slug: Type.String(),
    name: Type.String(),
    description: Type.String(),
    priceMinor: MinorSchema,
    currency: CurrencySchema,
    wasPriceMinor: nullable(MinorSchema),
    category: nullable(Type.String()),
    tags: Type.Array(Type.String()),
    variants: Type.Array(ProductVariantSchema),
    /** Pieces in stock; null: not counted. */
    inventory: nullable(count),
    images: Type.Array(Type.String()),
    status: Type.Enum(['active', 'hidden']),
    permalink: nullable(Type.String()),
    createdAt: TimestampSchema,
  },
  { additionalProperties: false },
);
export type Product = Static<typeof ProductSchema>;

export const CatalogSettingsSchema = Type.Object(
  {
    /** Drafts at least this sure (0 to 1) become products by themselves; null: a person approves each. */
    autoApproveFrom: nullable(Type.Number({ minimum: 0.5, maximum: 1 })),
    /** For prices without a currency. */
    currency: CurrencySchema,
  },
  { additionalProperties: false },
);
export type CatalogSettings = Static<typeof CatalogSettingsSchema>;

/** How the sync does, over the last 30 days. Rates are 0 to 1; null while there is nothing to divide. */
export const SyncMetricsSchema = Type.Object(
  {
    scans: count,
    successRate: nullable(Type.Number()),
    approvalRate: nullable(Type.Number()),
    editRate: nullable(Type.Number()),
  },
  { additionalProperties: false },
);
export type SyncMetrics = Static<typeof SyncMetricsSchema>;

export const DRAFT_FILTERS = ['all', 'high', 'low', 'expiring'] as const;
export type DraftFilter = (typeof DRAFT_FILTERS)[number];

const idParam = Type.Object({ id: IdSchema }, { additionalProperties: false });

export const catalogEndpoints = {
  scan: defineEndpoint({
    id: 'catalog.scan',
    method: 'POST',
    path: '/api/instagram/scan',
    summary: 'Look through the posts of an account for products; answers with the scan under way when there is one',
    access: 'editor',
    status: 202,
    body: Type.Object(
      {
        connectionId: Type.Optional(IdSchema),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 900, default: 200 })),
        since: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Oldest day' })),
        includeCarousels: Type.Optional(Type.Boolean()),
        includeVideos: Type.Optional(Type.Boolean()),
      },
      { additionalProperties: false },
    ),
    response: ScanViewSchema,
  }),
  getScan: defineEndpoint({
    id: 'catalog.getScan',
    method: 'GET',
    path: '/api/instagram/scan/:id',
    summary: 'How far a scan is',
    access: 'viewer',
    params: idParam,
    response: ScanViewSchema,
  }),
  cancelScan: defineEndpoint({
    id: 'catalog.cancelScan',
    method: 'POST',
    path: '/api/instagram/scan/:id/cancel',
    summary: 'Stop a scan; drafts made so far stay',
    access: 'editor',
    params: idParam,
    response: ScanViewSchema,
  }),
  syncHistory: defineEndpoint({
    id: 'catalog.syncHistory',
    method: 'GET',
    path: '/api/instagram/sync-history',
    summary: 'Scans, newest first, and how the sync does',
    access: 'viewer',
    query: Type.Object({ ...pageQuery }, { additionalProperties: false }),
    response: Type.Object(
      { ...PageSchema(ScanViewSchema).properties, metrics: SyncMetricsSchema },
      { additionalProperties: false },
    ),
  }),
  drafts: defineEndpoint({
    id: 'catalog.drafts',
    method: 'GET',
    path: '/api/products/drafts',
    summary: 'Drafts that wait for a decision, or were decided, newest first',
    access: 'viewer',
    query: Type.Object(
      {
        ...pageQuery,
        filter: Type.Optional(Type.Enum([...DRAFT_FILTERS], { default: 'all' })),
        status: Type.Optional(Type.Enum([...DRAFT_STATUSES], { default: 'pending' })),
      },
      { additionalProperties: false },
    ),
    response: Type.Object(
      {
        ...PageSchema(ProductDraftSchema).properties,
        /** Waiting drafts by filter. */
        counts: Type.Object({ all: count, high: count, low: count, expiring: count }, { additionalProperties: false }),
      },
      { additionalProperties: false },
    ),
  }),
  changeDraft: defineEndpoint({
    id: 'catalog.changeDraft',
    method: 'PATCH',
    path: '/api/products/drafts/:id',
    summary: 'Correct a waiting draft',
    access: 'editor',
    params: idParam,
    body: Type.Partial(Type.Object(draftFields), { additionalProperties: false, minProperties: 1 }),
    response: ProductDraftSchema,
  }),
  approveDraft: defineEndpoint({
    id: 'catalog.approveDraft',
    method: 'POST',
    path: '/api/products/drafts/:id/approve',
    summary: 'Make a product of a draft',
    access: 'editor',
    params: idParam,
    response: Type.Object({ draft: ProductDraftSchema, product: ProductSchema }, { additionalProperties: false }),
  }),
  rejectDraft: defineEndpoint({
    id: 'catalog.rejectDraft',
    method: 'POST',
    path: '/api/products/drafts/:id/reject',
    summary: 'Set a draft aside',
    access: 'editor',
    params: idParam,
    body: Type.Object({ reason: Type.Optional(Type.String({ maxLength: 300 })) }, { additionalProperties: false }),
    response: ProductDraftSchema,
  }),
  reopenDraft: defineEndpoint({
    id: 'catalog.reopenDraft',
    method: 'POST',
    path: '/api/products/drafts/:id/reopen',
    summary: 'Take a decision back; the product of an approved draft goes',
    access: 'editor',
    params: idParam,
    response: ProductDraftSchema,
  }),
  batchApprove: defineEndpoint({
    id: 'catalog.batchApprove',
    method: 'POST',
    path: '/api/products/drafts/batch-approve',
    summary: 'Make products of many drafts; each by itself',
    access: 'editor',
    body: Type.Object({ ids: Type.Array(IdSchema, { minItems: 1, maxItems: 200 }) }, { additionalProperties: false }),
    response: Type.Object(
      {
        approved: Type.Array(IdSchema),
        refused: Type.Array(
          Type.Object({ id: IdSchema, code: Type.String(), reason: Type.String() }, { additionalProperties: false }),
        ),
      },
      { additionalProperties: false },
    ),
  }),
  products: defineEndpoint({
    id: 'catalog.products',
    method: 'GET',
    path: '/api/products',
    summary: 'Products, newest first',
    access: 'viewer',
    query: Type.Object(
      { ...pageQuery, search: Type.Optional(Type.String({ maxLength: 100 })) },
      { additionalProperties: false },
    ),
    response: PageSchema(ProductSchema),
  }),
  settings: defineEndpoint({
    id: 'catalog.settings',
    method: 'GET',
    path: '/api/catalog/settings',
    summary: 'How drafts are treated',
    access: 'viewer',
    response: CatalogSettingsSchema,
  }),
  changeSettings: defineEndpoint({
    id: 'catalog.changeSettings',
    method: 'PUT',
    path: '/api/catalog/settings',
    summary: 'Change how drafts are treated',
    access: 'editor',
    body: CatalogSettingsSchema,
    response: CatalogSettingsSchema,
  }),
};
