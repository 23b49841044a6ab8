import type { JsonObject } from '@heddle/schemas';
import type { ProductVariant } from '@heddle/schemas/api';
import type { CreatedTimestamp, Json, NullableTimestamp, Timestamp } from '../database/column-types.ts';

export interface CatalogTables {
  /** Where products are listed: one by default per workspace. */
  'heddle.store': {
    workspace_id: string;
    id: string;
    name: string;
    is_default: boolean;
    currency: string;
    /** 0 to 1; null: a person approves each draft. */
    auto_approve_from: number | null;
    created_at: CreatedTimestamp;
  };
  'heddle.product': {
    workspace_id: string;
    id: string;
    store_id: string;
    slug: string;
    name: string;
    description: string;
    /** bigint: text when read. */
    price_minor: string | number;
    currency: string;
    was_price_minor: string | number | null;
    category: string | null;
    tags: string[];
    variants: Json<ProductVariant[]>;
    inventory: number | null;
    images: string[];
    status: 'active' | 'hidden';
    source: Json<JsonObject>;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  'heddle.product_draft': {
    workspace_id: string;
    id: string;
    store_id: string;
    source_key: string;
    connection_id: string | null;
    scan_id: string | null;
    run_id: string | null;
    media_id: string | null;
    caption: string;
    picture_url: string | null;
    permalink: string | null;
    posted_at: NullableTimestamp;
    name: string;
    description: string;
    price_minor: string | number | null;
    currency: string | null;
    was_price_minor: string | number | null;
    category: string | null;
    tags: string[];
    variants: Json<ProductVariant[]>;
    confidence: number;
    needs_review: boolean;
    extractor: 'model' | 'rules';
    notes: Json<string[]>;
    is_edited: boolean;
    status: 'pending' | 'approved' | 'rejected' | 'expired';
    reason: string | null;
    decided_by: string | null;
    decided_at: NullableTimestamp;
    product_id: string | null;
    expires_at: Timestamp;
    reminded_at: NullableTimestamp;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
}
