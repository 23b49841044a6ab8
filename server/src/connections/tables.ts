import type { CONNECTION_STATUSES } from '@heddle/schemas/api';
import type { CreatedTimestamp, NullableTimestamp, Timestamp } from '../database/column-types.ts';

export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number];

export interface ConnectionTables {
  /** An account we may act for. `token_sealed` is opened by the vault alone; null after a disconnect. */
  'heddle.connection': {
    workspace_id: string;
    id: string;
    platform: string;
    external_id: string;
    /** How the platform names the account in requests about privacy. */
    app_scoped_id: string | null;
    username: string;
    name: string;
    picture_url: string | null;
    status: ConnectionStatus;
    status_reason: string | null;
    is_sandbox: boolean;
    is_default: boolean;
    granted_scopes: string[];
    token_sealed: string | null;
    token_expires_at: NullableTimestamp;
    last_verified_at: NullableTimestamp;
    created_at: CreatedTimestamp;
    updated_at: CreatedTimestamp;
    /** Set on disconnect; the row stays because runs and contacts refer to it. */
    disconnected_at: NullableTimestamp;
  };
  /** A sign-in at a platform that is under way. The state itself is kept as a hash. */
  'heddle.oauth_state': {
    workspace_id: string;
    state_hash: string;
    member_id: string;
    platform: string;
    expires_at: Timestamp;
  };
}
