import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createHandlerRegistry, type Platform, type PlatformApp } from '@heddle/engine';
import { builtInHandlers } from '@heddle/nodes/handlers';
import { builtInPlatforms, createOpenAiService } from '@heddle/nodes/platforms';
import type { Middleware } from 'koa';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createAccounts } from './accounts/accounts.ts';
import { ensureFirstWorkspace } from './accounts/first-start.ts';
import { startDraftUpkeep } from './catalog/draft-upkeep.ts';
import { createCatalogRecords } from './catalog/records.ts';
import { createConnections } from './connections/connections.ts';
import { oauthCallbackMiddleware } from './connections/oauth-callback.ts';
import { privacyMiddleware } from './connections/privacy-callbacks.ts';
import { createPrivacyDesk } from './connections/privacy-desk.ts';
import { instagramApp } from './connections/platform-apps.ts';
import { startRefreshSchedule } from './connections/refresh-schedule.ts';
import { connectSandboxAccount, createSandbox, sandboxApp, sandboxMiddleware } from './connections/sandbox.ts';
import { ensureDataDirectory } from './data-directory.ts';
import { checkAppRole, createDatabase, migrate, startSnapshotWatch } from './database/index.ts';
import { shippedTemplates } from './flows/shipped-templates.ts';
import { allRoutes } from './http/all-routes.ts';
import { createApp } from './http/create-app.ts';
import type { Deps } from './http/deps.ts';
import type { Health } from './http/health.ts';
import { ownOrigins } from './http/origin.ts';
import { createPublicHttpService } from './http/public-http-service.ts';
import { webhookMiddleware } from './http/webhooks.ts';
import { createLive } from './live/live.ts';
import { liveMiddleware } from './live/live-middleware.ts';
import type { Log } from './log/index.ts';
import {
  createPictureInspector,
  createPostRecords,
  POST_COLLECTION,
  startPublishingSchedule,
} from './publishing/index.ts';
import { openPostgres } from './open-postgres.ts';
import { createDatabaseClock, createRuntime, createRuntimeMetrics, type RuntimeOptions } from './runtime/index.ts';
import type { Settings } from './settings.ts';
import { StartupError } from './startup-error.ts';
import { startTracing } from './telemetry/index.ts';
import {
  checkKeys,
  createVault,
  findLocalKeyRing,
  loadLocalKeyRing,
  localKeyFile,
  parseKeyRing,
  readKeyFacts,
  refuseNewKeys,
  type KeyRing,
} from './vault/index.ts';

/** The built editor, beside the server in the repository. */
const EDITOR_FOLDER = fileURLToPath(new URL('../../editor/dist/', import.meta.url));
/** Requests under way get this long to end when the process stops. */
const DRAIN_MS = 5_000;

export interface Heddle {
  readonly publicUrl: string;
  /** A single-use link that signs the owner in, good for 30 minutes; undefined without the role `server`. */
  readonly signInLink: string | undefined;
  /** True when this start made the first workspace. */
  readonly isNew: boolean;
  /** Finishes what is under way, then closes everything. May be called more than once. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** What to do with an answer that does not fit the contract: `log` serves it and logs a fault (default), `fail` answers 500. */
  readonly onWrongAnswer?: 'fail' | 'log';
  /** Told where a worker stands, see `WorkerMoment`. */
  readonly onMoment?: RuntimeOptions['onMoment'];
}

/**
 * Builds everything and starts the roles of this process. The composition root: nothing else makes a long-lived object.
 *
 * @param tell Progress in words, for whoever watches.
 * @throws StartupError | EmbeddedPostgresError; what was started before is stopped again.
 */
export async function startHeddle(
  settings: Settings,
  log: Log,
  tell: (message: string) => void,
  options: StartOptions = {},
): Promise<Heddle> {
  const closing: (() => Promise<unknown>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= closeAll(closing, log));
  try {
    return { ...(await build(settings, log, tell, closing, options)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(
  settings: Settings,
  log: Log,
  tell: (message: string) => void,
  closing: (() => Promise<unknown>)[],
  options: StartOptions,
): Promise<Omit<Heddle, 'stop'>> {
  if (settings.tracing !== undefined) {
    const tracing = await startTracing(settings.tracing);
    closing.push(() => tracing.stop());
  }
  ensureDataDirectory(settings.dataDir);
  const given = settings.keys === undefined ? findLocalKeyRing(settings.dataDir) : parseKeyRing(settings.keys);
  const postgres = await openPostgres(settings, tell, log);
  closing.push(() => postgres.stop());
  const keyRing = await chooseKeys(settings, given, postgres.url);
  const { appUrl } = await migrate({ ownerUrl: postgres.url, keys: keyRing.keys, log: tell });
  const database = createDatabase({
    appUrl,
    maxConnections: settings.databaseConnections,
    onError: (error) => log.warn({ error }, 'A database connection broke'),
  });
  closing.push(() => database.close());
  await checkAppRole(database);

  const clock = await createDatabaseClock(database.pool);
  closing.push(async () => clock.stop());
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const vault = createVault({ database, keyRing });
  const live = createLive({ pool: database.pool, appUrl, log });
  const origins = ownOrigins(settings.publicUrl, settings.host, settings.port);
  const accounts = createAccounts({
    database,
    appUrl,
    clock,
    settings: { publicUrl: settings.publicUrl, origins: [...origins], secret: keyRing.derive('accounts') },
  });
  closing.push(() => accounts.close());
  const owner = await ensureFirstWorkspace(database, accounts, settings.bootstrapApiKey);

  const internalUrl = `http://${settings.host === '0.0.0.0' || settings.host === '::' ? '127.0.0.1' : settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${settings.port}`;
  const app = settings.isSandboxOn ? sandboxApp(settings, internalUrl) : instagramApp(settings);
  const platforms = new Map<string, Platform>(builtInPlatforms.map((platform) => [platform.id, platform]));
  const connections = createConnections({
    database,
    vault,
    live,
    clock,
    log,
    platforms,
    apps: new Map<string, PlatformApp>(app === undefined ? [] : [['instagram', app]]),
    sandboxed: new Set(settings.isSandboxOn ? ['instagram'] : []),
    publicUrl: settings.publicUrl,
    inspectPicture: createPictureInspector(
      settings.isSandboxOn && app !== undefined
        ? { sandbox: { publicUrl: app.oauthUrl, internalUrl: app.apiUrl } }
        : {},
    ),
  });
  const registry = createHandlerRegistry(builtInHandlers);
  const runtime = createRuntime({
    records: new Map([
      ...createCatalogRecords(database, clock),
      [POST_COLLECTION, createPostRecords({ database, live, clock })],
    ]),
    database,
    registry,
    connections,
    live,
    log,
    clock,
    ai: createOpenAiService({
      baseUrl: settings.openAi.baseUrl,
      apiKey: settings.openAi.apiKey ?? '',
      model: settings.openAi.model,
    }),
    http: createPublicHttpService(),
    metrics: createRuntimeMetrics(metrics),
    ...(options.onMoment === undefined ? {} : { onMoment: options.onMoment }),
  });
  closing.push(() => live.stop());
  const deps: Deps = {
    settings,
    database,
    vault,
    live,
    clock,
    log,
    metrics,
    registry,
    platforms,
    accounts,
    connections,
    templates: shippedTemplates,
    runtime,
  };

  const snapshots = startSnapshotWatch({ database, metrics, log });
  closing.push(async () => snapshots.stop());
  const health: Health = { isReady: false, warning: snapshots.warning };
  if (settings.roles.includes('server')) {
    const privacy = createPrivacyDesk({ database, connections, clock, log });
    closing.push(() => privacy.stop());
    const extra: Middleware[] = [
      webhookMiddleware(deps),
      privacyMiddleware(deps, privacy),
      liveMiddleware(deps, origins),
      oauthCallbackMiddleware(deps, origins),
    ];
    const sandbox =
      settings.isSandboxOn && app !== undefined ? createSandbox({ settings, app, internalUrl, log }) : undefined;
    if (sandbox !== undefined) extra.push(sandboxMiddleware(deps, sandbox, origins));
    await live.start();
    const server = createServer(
      createApp({
        deps,
        routes: allRoutes,
        extra,
        health,
        editorFolder: EDITOR_FOLDER,
        onWrongAnswer: options.onWrongAnswer ?? 'log',
      }),
    );
    await listen(server, settings);
    closing.push(
      () => closeServer(server),
      async () => live.disconnect(),
    );
    if (sandbox !== undefined && app !== undefined) {
      closing.push(() => sandbox.stop());
      await connectSandboxAccount(connections, owner, app).catch((error: unknown) =>
        log.error({ error }, 'The sandbox account could not be connected; connect it on the Connections page'),
      );
    }
  }
  // Workers end before the server does: while the sandbox is on, what they send goes there.
  closing.push(() => runtime.stop());
  runtime.start({ worker: settings.roles.includes('worker'), scheduler: settings.roles.includes('scheduler') });
  if (settings.roles.includes('scheduler')) closing.push(startPublishingSchedule(deps));
  if (settings.roles.includes('scheduler')) closing.push(startDraftUpkeep({ database, clock, log }));
  if (settings.roles.includes('scheduler'))
    closing.push(await startRefreshSchedule({ appUrl, database, connections, clock, log }));
  vault.rewrap().then(
    (count) => count > 0 && log.info({ count }, 'Data keys are wrapped with the newest key'),
    (error: unknown) => log.error({ error }, 'Data keys could not be wrapped with the newest key'),
  );
  health.isReady = true;
  closing.push(async () => void (health.isReady = false));
  return {
    publicUrl: settings.publicUrl,
    signInLink: settings.roles.includes('server') ? await accounts.createSignInLink(owner.memberId) : undefined,
    isNew: owner.isNew,
  };
}

/** Before anything is changed in the database: the password of the server's role comes from the keys, so wrong ones would lock others out. */
async function chooseKeys(settings: Settings, given: KeyRing | undefined, ownerUrl: string): Promise<KeyRing> {
  const facts = await readKeyFacts(ownerUrl);
  // Another process that started at the same moment may have made the file, and with it the data, meanwhile.
  const known = given ?? findLocalKeyRing(settings.dataDir);
  const file = localKeyFile(settings.dataDir);
  if (known === undefined) refuseNewKeys(facts, file);
  const keyRing = known ?? loadLocalKeyRing(settings.dataDir);
  checkKeys(facts, keyRing, settings.keys === undefined ? file : 'HEDDLE_KEYS');
  return keyRing;
}

function listen(server: Server, { port, host }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === 'EADDRINUSE'
          ? new StartupError(
              `Port ${port} on ${host} is taken by another program.`,
              'Stop that program, or choose another port, such as PORT=4601.',
              { cause },
            )
          : new StartupError(
              `Cannot listen on ${host}:${port}: ${cause.message}`,
              'Set HOST to an address of this machine, and PORT to one above 1023 unless you are root.',
              { cause },
            ),
      );
    });
    server.listen(port, host, resolve);
  });
}

/** Takes no new connections, lets requests end, then cuts what is left (streams never end by themselves). */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(timer);
}

/** In the reverse order of starting. One that fails does not keep the others open. */
async function closeAll(closing: (() => Promise<unknown>)[], log: Log): Promise<void> {
  for (const close of closing.toReversed()) {
    await close().catch((error: unknown) => log.error({ error }, 'Something did not close cleanly'));
  }
}
