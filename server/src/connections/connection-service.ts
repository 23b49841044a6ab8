import type { Platform, PlatformAccount } from '@heddle/engine';
import type { ConnectionStatus } from './tables.ts';

/** Who acts, in which workspace. */
export interface Actor {
  readonly workspaceId: string;
  readonly memberId: string;
}

/** An account ready to be used: its token is opened and sits inside `account.http`. */
export interface OpenAccount {
  readonly account: PlatformAccount;
  readonly platform: Platform;
  readonly status: ConnectionStatus;
}

/** What the rest of the server needs of connections. */
export interface ConnectionService {
  /** @throws FlowError `CONNECTION_NOT_READY` when it is disconnected, revoked, expired, or a sandbox account while the sandbox is off; `NOT_FOUND`. */
  openAccount(workspaceId: string, connectionId: string): Promise<OpenAccount>;
  /** Whose account a webhook is about. Cached for a few seconds. */
  findByExternalId(platform: string, externalId: string): Promise<{ workspaceId: string; connectionId: string } | null>;
  /** The platform refused the token: the status becomes `expired` and the members see `reason`. */
  markTokenInvalid(workspaceId: string, connectionId: string, reason: string): Promise<void>;
}
