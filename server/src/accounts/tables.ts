import type { Role } from '@heddle/schemas/api';
import type { CreatedTimestamp, NullableTimestamp } from '../database/column-types.ts';

export interface AccountTables {
  /** API keys; only a hash of the secret is kept. */
  'heddle.api_key': {
    workspace_id: string;
    id: string;
    name: string;
    role: Role;
    /** First characters of the secret, to tell keys apart. */
    prefix: string;
    /** SHA-256 of the secret, in hex. The secret has 256 random bits, so a slow hash would add nothing. */
    hash: string;
    created_by: string;
    created_at: CreatedTimestamp;
    last_used_at: NullableTimestamp;
    expires_at: NullableTimestamp;
  };
}
