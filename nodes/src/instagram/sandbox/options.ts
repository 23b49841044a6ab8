import type { SandboxStore } from './store/store.ts';

/** The Meta app that the sandbox knows. */
export interface SandboxAppOptions {
  readonly id?: string;
  /** Instagram App Secret: token exchange and (by default) webhook signatures. */
  readonly secret?: string;
  /** Meta App Secret, the other candidate for webhook signatures. */
  readonly metaSecret?: string;
  readonly name?: string;
  /** Exact redirect addresses that are allowed; any http(s) address when left out. */
  readonly redirectUris?: readonly string[];
  /** Gets a `signed_request` when an owner removes the app. */
  readonly deauthorizeUrl?: string;
  /** Gets a `signed_request` when a person asks for their data to be deleted. */
  readonly deletionUrl?: string;
}

export interface InstagramSandboxOptions {
  /** In memory by default; `createFileStore(directory)` survives restarts and `kill -9`. */
  readonly store?: SandboxStore;
  /** The machine's clock in ms; the sandbox adds its own offset (`POST /_sandbox/clock`). */
  readonly clock?: () => number;
  /** Numbers in [0, 1); seed it to make ids and faults repeatable. */
  readonly random?: () => number;
  readonly app?: SandboxAppOptions;
  /** Where the app's webhooks go. The challenge handshake runs before the first delivery. */
  readonly webhook?: { readonly callbackUrl: string; readonly verifyToken: string };
  /** Path under which the server mounts the handler, for example `/sandbox/instagram`; nothing when standalone. */
  readonly pathPrefix?: string;
  /** Address of the sandbox as others reach it, prefix included. Learnt from `listen` or the first request when left out. */
  readonly publicUrl?: string;
  /** Factor on the delays of webhook retries (a day and a half at 1). 1/30 by default; 0 retries at once. */
  readonly retryScale?: number;
  /** How long an app may take to answer a webhook. 5 s as on the platform. */
  readonly webhookTimeoutMs?: number;
  /** How many webhooks are under way at the same time. */
  readonly webhookConcurrency?: number;
  /**
   * Which hosts the platform may fetch pictures and videos from. By default the public internet and this machine's
   * loopback (where a local Heddle serves them), never another private network.
   */
  readonly allowsMediaHost?: (address: string) => boolean;
  readonly log?: (message: string, facts?: Readonly<Record<string, unknown>>) => void;
}

/** Documented values of the local default: usable as `INSTAGRAM_APP_ID`, `INSTAGRAM_APP_SECRET`, `INSTAGRAM_VERIFY_TOKEN`. */
export const SANDBOX_APP = {
  id: '990000000000001',
  secret: 'sandbox-instagram-app-secret',
  metaSecret: 'sandbox-meta-app-secret',
  name: 'Heddle (sandbox)',
  verifyToken: 'sandbox-verify-token',
} as const;

/** Options with every default filled in. */
export interface SandboxConfig {
  readonly app: {
    readonly id: string;
    readonly secret: string;
    readonly metaSecret: string;
    readonly name: string;
    readonly redirectUris: readonly string[] | null;
    readonly deauthorizeUrl: string | null;
    readonly deletionUrl: string | null;
  };
  readonly webhook: { readonly callbackUrl: string; readonly verifyToken: string } | null;
  readonly pathPrefix: string;
  readonly retryScale: number;
  readonly webhookTimeoutMs: number;
  readonly webhookConcurrency: number;
}

export function resolveConfig(options: InstagramSandboxOptions): SandboxConfig {
  const app = options.app ?? {};
  return {
    app: {
      id: app.id ?? SANDBOX_APP.id,
      secret: app.secret ?? SANDBOX_APP.secret,
      metaSecret: app.metaSecret ?? SANDBOX_APP.metaSecret,
      name: app.name ?? SANDBOX_APP.name,
      redirectUris: app.redirectUris ?? null,
      deauthorizeUrl: app.deauthorizeUrl ?? null,
      deletionUrl: app.deletionUrl ?? null,
    },
    webhook: options.webhook ?? null,
    pathPrefix: (options.pathPrefix ?? '').replace(/\/$/, ''),
    retryScale: options.retryScale ?? 1 / 30,
    webhookTimeoutMs: options.webhookTimeoutMs ?? 5000,
    webhookConcurrency: options.webhookConcurrency ?? 16,
  };
}
