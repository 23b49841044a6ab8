import type { FlowDocument, JsonObject } from '@heddle/schemas';
import type { ColumnType } from 'kysely';
import type { CreatedTimestamp, Json, NullableTimestamp } from '../database/column-types.ts';

export type FlowState = 'draft' | 'live' | 'paused';

export interface FlowTables {
  /** A flow with its editable draft. */
  'heddle.flow': {
    workspace_id: string;
    id: string;
    name: string;
    state: FlowState;
    draft: Json<FlowDocument>;
    /** Grows by one with each change of the draft. */
    draft_revision: number;
    /** Revision of the draft that was published last; null before the first time. */
    published_revision: number | null;
    /** The version that runs when the flow is live; null before the first time. */
    published_version: number | null;
    /** Node types of the triggers of the draft, for the list. */
    triggers: string[];
    /** Values for the inputs of the document. */
    inputs: ColumnType<JsonObject, string | undefined, string>;
    created_at: CreatedTimestamp;
    updated_at: CreatedTimestamp;
    deleted_at: NullableTimestamp;
  };
  /** An immutable published copy. */
  'heddle.flow_version': {
    workspace_id: string;
    flow_id: string;
    version: number;
    document: Json<FlowDocument>;
    published_by: string;
    published_at: CreatedTimestamp;
    note: string;
  };
  /** Which connection stands in for a slot (`shop` for `@shop`). */
  'heddle.flow_binding': { workspace_id: string; flow_id: string; slot: string; connection_id: string };
  /** The secret address of a core/webhook trigger. Found by hash, shown by opening `token_sealed`. */
  'heddle.flow_hook': {
    workspace_id: string;
    flow_id: string;
    node: string;
    token_hash: string;
    token_sealed: string;
    created_at: CreatedTimestamp;
  };
}
