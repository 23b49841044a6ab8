import type { HandlerRegistry, Platform } from '@heddle/engine';
import type { TemplateSummary } from '@heddle/schemas/api';
import type { Registry as MetricsRegistry } from 'prom-client';
import type { Accounts } from '../accounts/accounts.ts';
import type { Connections } from '../connections/connections.ts';
import type { Database } from '../database/index.ts';
import type { Live } from '../live/live.ts';
import type { Log } from '../log/index.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Settings } from '../settings.ts';
import type { Vault } from '../vault/index.ts';

export type { Caller } from './caller.ts';

/** Everything an endpoint may use. Built once, in main.ts. */
export interface Deps {
  readonly settings: Settings;
  readonly database: Database;
  readonly vault: Vault;
  readonly live: Live;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MetricsRegistry;
  readonly registry: HandlerRegistry;
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly accounts: Accounts;
  readonly connections: Connections;
  /** Shipped templates. */
  readonly templates: readonly TemplateSummary[];
  /** Takes events in and runs flows. */
  readonly runtime: Runtime;
}
