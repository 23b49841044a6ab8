/**
 * A local, strict stand-in for Instagram (Graph API with Instagram Login): start reading here.
 * Everything hangs on one `SandboxCore`; each subject file adds its edges to `graph-router.ts`.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { issueToken, setWebhook } from './control-changes.ts';
import type { SandboxCore } from './core.ts';
import type { AppView, IssuedToken, SandboxSettings, SandboxSettingsPatch } from './customer-api.ts';
import { createIds, systemRandom } from './ids.ts';
import { LiveEvents } from './live-events.ts';
import { createMediaFetch, isPublicOrLoopback } from './media-fetch.ts';
import { resolveConfig } from './options.ts';
import type { InstagramSandboxOptions } from './options.ts';
import { RateLimits } from './rate-limits.ts';
import { createHandler } from './router.ts';
import type { Scope } from './scopes.ts';
import { seedWorld } from './seed.ts';
import { changeSettings, SETTINGS_KEY } from './settings-change.ts';
import { applySettingsPatch, DEFAULT_SETTINGS } from './settings.ts';
import { SandboxState } from './state.ts';
import { createMemoryStore } from './store/memory-store.ts';
import { WebhookSender } from './webhooks-out.ts';

export interface InstagramSandbox {
  /** A listener for a Node HTTP server. The body of the request must not have been read. */
  readonly handler: (req: IncomingMessage, res: ServerResponse) => void;
  /** Loads the state and takes up undelivered webhooks. `handler` and `listen` do it too. */
  readonly start: () => Promise<void>;
  /** Serves by itself, on this machine's loopback only. @returns the base URL. */
  readonly listen: (port: number) => Promise<string>;
  /** Ends streams and deliveries, waits for the disk. */
  readonly stop: () => Promise<void>;
  /** A long-lived token without the login pages, all scopes by default: connects a new installation at once. */
  readonly issueToken: (accountId: string, scopes?: readonly Scope[]) => Promise<IssuedToken>;
  /** Sets where webhooks go, after the challenge handshake. @throws Error saying what the callback answered. */
  readonly configureWebhook: (callbackUrl: string, verifyToken: string) => Promise<AppView>;
  readonly changeSettings: (patch: SandboxSettingsPatch) => Promise<SandboxSettings>;
  /** Resolves when no webhook is under way or could go now. */
  readonly settle: () => Promise<void>;
  readonly baseUrl: () => string;
  readonly nowMs: () => number;
}

export function createInstagramSandbox(options: InstagramSandboxOptions = {}): InstagramSandbox {
  const config = resolveConfig(options);
  const baseMs = options.clock ?? Date.now;
  const random = options.random ?? systemRandom;
  const log = options.log ?? (() => undefined);
  const state = new SandboxState(options.store ?? createMemoryStore());
  const ids = createIds(random);
  const live = new LiveEvents();
  const nowMs = (): number => baseMs() + (state.meta.find('clock')?.clockOffsetMs ?? 0);
  // stored switches may come from an older version: new ones get their defaults
  const settings = (): SandboxSettings =>
    applySettingsPatch(DEFAULT_SETTINGS, state.meta.find(SETTINGS_KEY)?.settings ?? {});
  const webhooks = new WebhookSender({
    state,
    config,
    settings: () => settings().webhooks,
    nowMs,
    random,
    newId: ids.delivery,
    log,
  });
  const limits = new RateLimits({ nowMs, variants: () => settings().variants });
  let learntUrl: string | undefined;
  const baseUrl = (): string =>
    (options.publicUrl ?? learntUrl ?? `http://127.0.0.1${config.pathPrefix}`).replace(/\/$/, '');
  const core: SandboxCore = {
    config,
    state,
    ids,
    random,
    nowMs,
    settings,
    live,
    webhooks,
    limits,
    fetchMedia: createMediaFetch(options.allowsMediaHost ?? isPublicOrLoopback),
    baseUrl,
    log,
  };

  let starting: Promise<void> | undefined;
  let server: Server | undefined;

  const start = (): Promise<void> => (starting ??= load(core));

  async function reset(): Promise<void> {
    webhooks.reset();
    limits.reset();
    await state.transact((tx) => {
      const [app] = state.apps.all();
      state.clear();
      seedWorld(core);
      // where webhooks go is set up outside of the platform's content
      if (app) state.apps.put(app.id, app);
      tx.after(() => live.publish({ kind: 'reset' }));
    });
  }

  const handler = createHandler({
    core,
    pathPrefix: config.pathPrefix,
    baseMs,
    reset,
    ready: start,
    seenHost: (origin) => (learntUrl ??= origin),
  });

  async function listen(port: number): Promise<string> {
    await start();
    const made = createServer(handler);
    await new Promise<void>((resolve, reject) => {
      made.once('error', reject);
      made.listen(port, '127.0.0.1', resolve);
    });
    server = made;
    const address = made.address();
    learntUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}${config.pathPrefix}`;
    return learntUrl;
  }

  async function stop(): Promise<void> {
    webhooks.stop();
    live.close();
    const open = server;
    if (open) {
      open.closeAllConnections();
      await new Promise<void>((resolve) => open.close(() => resolve()));
    }
    await starting;
    await state.close();
  }

  return {
    handler,
    start,
    listen,
    stop,
    issueToken: async (accountId, scopes) => {
      await start();
      return issueToken(core, accountId, scopes);
    },
    configureWebhook: async (callbackUrl, verifyToken) => {
      await start();
      return setWebhook(core, config.app.id, callbackUrl, verifyToken);
    },
    changeSettings: async (patch) => {
      await start();
      return changeSettings(core, patch);
    },
    settle: async () => {
      await start();
      await webhooks.settle();
    },
    baseUrl,
    nowMs,
  };
}

/** Reads the store, seeds an empty world, and brings the app's row in line with the options. */
async function load(core: SandboxCore): Promise<void> {
  const { state, config } = core;
  await state.load();
  if (state.meta.find('seed') === undefined) await state.transact(() => seedWorld(core));
  const app = state.apps.find(config.app.id);
  const { webhook } = config;
  if (!app || (webhook && (app.callbackUrl !== webhook.callbackUrl || app.verifyToken !== webhook.verifyToken))) {
    await state.transact(() =>
      state.apps.put(config.app.id, {
        id: config.app.id,
        name: config.app.name,
        callbackUrl: webhook?.callbackUrl ?? null,
        verifyToken: webhook?.verifyToken ?? '',
        isVerified: false,
      }),
    );
  }
  core.webhooks.start();
}
