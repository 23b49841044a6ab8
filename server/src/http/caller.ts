import type { Role } from '@heddle/schemas/api';

/** Who calls: a member by session or an API key, always in one workspace. */
export interface Caller {
  readonly kind: 'session' | 'apiKey';
  /** Account id of the member; for a key, that of the member who made it. */
  readonly memberId: string;
  readonly workspaceId: string;
  readonly role: Role;
}
