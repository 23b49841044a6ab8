import type { JsonObject } from '@heddle/schemas';
import type { Role } from '@heddle/schemas/api';
import type { CreatedTimestamp, Json, NullableTimestamp, Timestamp } from '../database/column-types.ts';

export interface WorkspaceTables {
  'heddle.workspace': { id: string; name: string; created_at: CreatedTimestamp };
  /** Who works in a workspace. `member_id` is the id of the account in auth."user". */
  'heddle.member': { workspace_id: string; member_id: string; role: Role; created_at: CreatedTimestamp };
  /** The workspace's key, wrapped by a key of HEDDLE_KEYS. */
  'heddle.data_key': {
    workspace_id: string;
    id: string;
    wrapped: string;
    created_at: CreatedTimestamp;
    retired_at: NullableTimestamp;
  };
  /** What members did. Nothing secret goes into `detail`. */
  'heddle.audit': {
    workspace_id: string;
    id: string;
    at: Timestamp;
    member_id: string;
    action: string;
    subject_id: string | null;
    detail: Json<JsonObject>;
  };
}
