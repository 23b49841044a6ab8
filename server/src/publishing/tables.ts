import type { POST_STATUSES } from '@heddle/schemas/api';
import type { CreatedTimestamp, Json, NullableTimestamp } from '../database/column-types.ts';

export type PostStatus = (typeof POST_STATUSES)[number];

export interface StoredMedia {
  readonly url: string;
  readonly altText: string;
}

export interface PublishingTables {
  /** A post; see the migration for what each column means. */
  'heddle.social_post': {
    workspace_id: string;
    id: string;
    connection_id: string;
    kind: 'image' | 'carousel';
    caption: string;
    media: Json<StoredMedia[]>;
    status: PostStatus;
    local_time: string | null;
    time_zone: string | null;
    scheduled_at: NullableTimestamp;
    revision: number;
    attempt: number;
    event_id: string | null;
    media_id: string | null;
    permalink: string | null;
    reason: string | null;
    published_at: NullableTimestamp;
    asked_at: NullableTimestamp;
    created_by: string;
    created_at: CreatedTimestamp;
    updated_at: CreatedTimestamp;
  };
  /** The flow that was made for an account from the shipped template. */
  'heddle.publishing_flow': { workspace_id: string; connection_id: string; flow_id: string };
}
