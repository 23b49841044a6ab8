import type { IdSource } from './ids.ts';
import type { SandboxSettings } from './customer-api.ts';
import type { LiveEvents } from './live-events.ts';
import type { MediaFetch } from './media-fetch.ts';
import type { RateLimits } from './rate-limits.ts';
import type { SandboxConfig } from './options.ts';
import type { SandboxState } from './state.ts';
import type { WebhookSender } from './webhooks-out.ts';

/** What every part of the sandbox may touch. */
export interface SandboxCore {
  readonly config: SandboxConfig;
  readonly state: SandboxState;
  readonly ids: IdSource;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** The sandbox's clock. */
  readonly nowMs: () => number;
  readonly settings: () => SandboxSettings;
  readonly live: LiveEvents;
  readonly webhooks: WebhookSender;
  readonly limits: RateLimits;
  readonly fetchMedia: MediaFetch;
  /** Address of the sandbox as others reach it, without a trailing slash. */
  readonly baseUrl: () => string;
  readonly log: (message: string, facts?: Readonly<Record<string, unknown>>) => void;
}
