import type { Platform, PlatformAccount, PlatformApp } from '@heddle/engine';
import { FlowError } from '@heddle/schemas';
import type { MediaView } from '@heddle/schemas/api';
import { sql } from 'kysely';
import type { Database, Tx } from '../database/index.ts';
import type { Live } from '../live/live.ts';
import type { Log } from '../log/index.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Vault } from '../vault/index.ts';
import type { Actor, ConnectionService, OpenAccount } from './connection-service.ts';
import { notReady, profileOf, statusAfterFailedRefresh } from './connection-status.ts';
import { createOAuthState, consumeOAuthState } from './oauth-state.ts';
import { createPlatformHttp, fetchJson } from './platform-http.ts';
import { saveGrant, tokenPlace } from './save-grant.ts';
import type { ConnectionRow } from './to-connection-view.ts';
import { toMediaViews } from './to-media-views.ts';

/** Webhooks ask for the owner of an account with each item. */
const ROUTE_CACHE_MS = 5_000;
/** Sends ask for the account with each message. */
const ACCOUNT_CACHE_MS = 3_000;
const CACHE_SIZE = 10_000;

/** Everything about connected accounts. */
export interface Connections extends ConnectionService {
  /** The app settings of a platform; undefined when the operator set none. */
  appOf(platform: string): PlatformApp | undefined;
  platformOf(platform: string): Platform | undefined;
  /** Where to send the browser. @throws FlowError `CONNECTION_NOT_READY` without an app. */
  authorizeUrl(actor: Actor, platform: string): Promise<string>;
  /** The callback of the platform: code to connection. @throws FlowError `OAUTH_STATE_INVALID` | `OAUTH_REFUSED` | `PLATFORM_*`. */
  complete(actor: Actor, platform: string, answer: { code: string; state: string }): Promise<string>;
  list(workspaceId: string): Promise<ConnectionRow[]>;
  /** True when the workspace has, or ever had, an account of the platform. */
  hasAny(workspaceId: string, platform: string): Promise<boolean>;
  /** @throws FlowError `NOT_FOUND`. */
  get(workspaceId: string, id: string): Promise<ConnectionRow>;
  verify(workspaceId: string, id: string): Promise<ConnectionRow>;
  refresh(workspaceId: string, id: string): Promise<ConnectionRow>;
  makeDefault(workspaceId: string, id: string): Promise<ConnectionRow>;
  disconnect(workspaceId: string, id: string): Promise<void>;
  /** Something else changed the row: this process reads it anew, and open pages are told. */
  forget(workspaceId: string, id: string): void;
  media(
    workspaceId: string,
    id: string,
    page: { cursor: string | undefined; limit: number },
  ): Promise<{ items: MediaView[]; nextCursor: string | null }>;
}

export interface ConnectionsOptions {
  readonly database: Database;
  readonly vault: Vault;
  readonly live: Pick<Live, 'publish'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly platforms: ReadonlyMap<string, Platform>;
  /** App settings by platform id. */
  readonly apps: ReadonlyMap<string, PlatformApp>;
  /** Platforms that the sandbox stands in for. A connection made there is never used with the real one, nor the other way. */
  readonly sandboxed: ReadonlySet<string>;
  /** How accounts look at pictures that are to be published. */
  readonly inspectPicture?: NonNullable<PlatformAccount['inspectPicture']>;
  /** Where platforms send the browser back to, without the path. */
  readonly publicUrl: string;
}

/** Path of the OAuth callback of a platform. */
export function callbackPath(platform: string): string {
  return `/api/${platform}/auth/callback`;
}

export function createConnections(options: ConnectionsOptions): Connections {
  const { database, vault, live, clock, platforms, apps } = options;
  const routes = new Map<string, { value: { workspaceId: string; connectionId: string }; untilMs: number }>();
  const accounts = new Map<string, { value: OpenAccount; untilMs: number }>();

  const forget = (workspaceId: string, id: string): void => {
    routes.clear();
    accounts.delete(`${workspaceId}|${id}`);
    live.publish(workspaceId, [{ kind: 'connection', id }]);
  };

  const setup = (name: string): { platform: Platform; app: PlatformApp } => {
    const platform = platforms.get(name);
    const app = apps.get(name);
    if (platform === undefined) throw new FlowError('NOT_FOUND', `There is no platform "${name}".`);
    if (app === undefined)
      throw new FlowError(
        'CONNECTION_NOT_READY',
        `No app is set up for ${platform.title}. Set its app id and secret in the environment.`,
      );
    return { platform, app };
  };

  const get = async (workspaceId: string, id: string): Promise<ConnectionRow> => {
    const row = await database.withWorkspace(workspaceId, (tx) =>
      tx
        .selectFrom('heddle.connection')
        .selectAll()
        .where('id', '=', id)
        .where('disconnected_at', 'is', null)
        .executeTakeFirst(),
    );
    if (row === undefined)
      throw new FlowError('NOT_FOUND', 'The account is not connected, or was disconnected meanwhile.');
    return row;
  };

  const update = async (
    workspaceId: string,
    id: string,
    change: Partial<
      Pick<
        ConnectionRow,
        | 'status'
        | 'status_reason'
        | 'token_sealed'
        | 'token_expires_at'
        | 'last_verified_at'
        | 'username'
        | 'name'
        | 'picture_url'
      >
    >,
  ): Promise<ConnectionRow> => {
    const row = await database.withWorkspace(workspaceId, (tx) =>
      tx
        .updateTable('heddle.connection')
        .set({ ...change, updated_at: new Date(clock.nowMs()) })
        .where('id', '=', id)
        .where('disconnected_at', 'is', null)
        .returningAll()
        .executeTakeFirst(),
    );
    forget(workspaceId, id);
    if (row === undefined) throw new FlowError('NOT_FOUND', `There is no connection ${id}.`);
    return row;
  };

  const tokenOf = async (row: ConnectionRow): Promise<string> => {
    if (row.token_sealed === null) throw notReady(row, row.status_reason ?? 'It has no token.');
    return vault.open(tokenPlace(row.workspace_id, row.id), row.token_sealed);
  };

  const open = async (row: ConnectionRow): Promise<OpenAccount> => {
    const { platform, app } = setup(row.platform);
    if (row.is_sandbox !== options.sandboxed.has(row.platform)) {
      throw notReady(
        row,
        row.is_sandbox ? 'It belongs to the sandbox, which is off.' : 'It is a real account, and the sandbox is on.',
      );
    }
    const http = createPlatformHttp(app.apiUrl, await tokenOf(row));
    const { inspectPicture } = options;
    const account = {
      connectionId: row.id,
      externalId: row.external_id,
      http,
      ...(inspectPicture === undefined ? {} : { inspectPicture }),
    };
    return { account, platform, status: row.status };
  };

  const subscribe = async (row: ConnectionRow): Promise<ConnectionRow> => {
    const { account, platform } = await open(row);
    try {
      await platform.oauth.subscribe(account, row.granted_scopes);
      return row;
    } catch (error) {
      options.log.warn(
        { error, workspaceId: row.workspace_id, connectionId: row.id },
        'Webhooks could not be subscribed',
      );
      return update(row.workspace_id, row.id, {
        status: 'error',
        status_reason: `${row.status_reason === null ? '' : `${row.status_reason} `}Webhooks could not be switched on: ${error instanceof FlowError ? error.message : 'unexpected answer'}. Use "Verify" to try again.`,
      });
    }
  };

  return {
    appOf: (name) => apps.get(name),
    platformOf: (name) => platforms.get(name),
    get,
    forget,
    list: (workspaceId) =>
      database.withWorkspace(workspaceId, (tx) =>
        tx
          .selectFrom('heddle.connection')
          .selectAll()
          .where('disconnected_at', 'is', null)
          .orderBy('created_at')
          .orderBy('id')
          .execute(),
      ),

    hasAny: async (workspaceId, platform) => {
      const row = await database.withWorkspace(workspaceId, (tx) =>
        tx.selectFrom('heddle.connection').select('id').where('platform', '=', platform).limit(1).executeTakeFirst(),
      );
      return row !== undefined;
    },

    openAccount: async (workspaceId, connectionId) => {
      const key = `${workspaceId}|${connectionId}`;
      const cached = accounts.get(key);
      if (cached !== undefined && cached.untilMs > clock.nowMs()) return cached.value;
      const row = await get(workspaceId, connectionId).catch((error: unknown) => {
        if (!(error instanceof FlowError && error.code === 'NOT_FOUND')) throw error;
        // A run meets this, not a request: what helps is to connect again, not to check an id.
        throw new FlowError('CONNECTION_NOT_READY', 'The account was disconnected. Connect it again to go on.');
      });
      if (row.status === 'expired' || row.status === 'revoked' || row.status === 'pending')
        throw notReady(row, row.status_reason ?? `Its status is "${row.status}".`);
      const value = await open(row);
      if (accounts.size >= CACHE_SIZE) accounts.clear();
      accounts.set(key, { value, untilMs: clock.nowMs() + ACCOUNT_CACHE_MS });
      return value;
    },

    findByExternalId: async (platform, externalId) => {
      const key = `${platform}|${externalId}`;
      const cached = routes.get(key);
      if (cached !== undefined && cached.untilMs > clock.nowMs()) return cached.value;
      const { rows } = await sql<{ workspace_id: string; connection_id: string }>`
        select workspace_id, connection_id from heddle.find_connection_route(${platform}, ${externalId})`.execute(
        database.anyWorkspace,
      );
      const [row] = rows;
      // "Nobody" is not kept: an account that was connected just now in another process must not lose its first events.
      if (row === undefined) return null;
      const value = { workspaceId: row.workspace_id, connectionId: row.connection_id };
      if (routes.size >= CACHE_SIZE) routes.clear();
      routes.set(key, { value, untilMs: clock.nowMs() + ROUTE_CACHE_MS });
      return value;
    },

    markTokenInvalid: async (workspaceId, connectionId, reason) => {
      await update(workspaceId, connectionId, {
        status: 'expired',
        status_reason: `${reason} Connect the account again.`,
      });
    },

    authorizeUrl: async (actor, name) => {
      const { platform, app } = setup(name);
      const state = await createOAuthState(database, { ...actor, platform: name }, clock.nowMs());
      return platform.oauth.authorizeUrl(app, { redirectUri: `${options.publicUrl}${callbackPath(name)}`, state });
    },

    complete: async (actor, name, answer) => {
      const { platform, app } = setup(name);
      await consumeOAuthState(database, { ...actor, platform: name }, answer.state, clock.nowMs());
      const grant = await platform.oauth.exchange(
        app,
        { code: answer.code.replace(/#_$/, ''), redirectUri: `${options.publicUrl}${callbackPath(name)}` },
        fetchJson,
      );
      const row = await saveGrant({
        database,
        vault,
        nowMs: clock.nowMs(),
        actor,
        platform,
        grant,
        isSandbox: options.sandboxed.has(name),
      });
      forget(row.workspace_id, row.id);
      return (await subscribe(row)).id;
    },

    verify: async (workspaceId, id) => {
      const row = await get(workspaceId, id);
      const { account, platform } = await open(row);
      const found = await platform.read('account', {}, account).catch(async (error: unknown) => {
        if (error instanceof FlowError && error.code === 'PLATFORM_TOKEN_INVALID')
          await update(workspaceId, id, {
            status: 'expired',
            status_reason: `${error.message} Connect the account again.`,
          });
        throw error;
      });
      const verified = await update(workspaceId, id, {
        ...profileOf(found),
        status: 'connected',
        status_reason: null,
        last_verified_at: new Date(clock.nowMs()),
      });
      return subscribe(verified);
    },

    refresh: async (workspaceId, id) => {
      const row = await get(workspaceId, id);
      const { platform, app } = setup(row.platform);
      await open(row); // refuses a sandbox account against the real platform, and the other way round
      const token = await platform.oauth.refresh(app, await tokenOf(row), fetchJson).catch(async (error: unknown) => {
        await update(workspaceId, id, statusAfterFailedRefresh(row, error, clock.nowMs()));
        throw error;
      });
      const token_sealed = await vault.seal(tokenPlace(workspaceId, id), token.accessToken);
      return update(workspaceId, id, {
        token_sealed,
        token_expires_at: new Date(token.expiresAtMs),
        status: 'connected',
        status_reason: null,
      });
    },

    makeDefault: async (workspaceId, id) => {
      const row = await get(workspaceId, id);
      const changed = await database.withWorkspace(workspaceId, async (tx) => {
        await tx
          .updateTable('heddle.connection')
          .set({ is_default: false })
          .where('platform', '=', row.platform)
          .where('is_default', '=', true)
          .execute();
        return tx
          .updateTable('heddle.connection')
          .set({ is_default: true })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirstOrThrow();
      });
      forget(workspaceId, id);
      return changed;
    },

    disconnect: async (workspaceId, id) => {
      const row = await get(workspaceId, id);
      await database.withWorkspace(workspaceId, async (tx) => {
        await tx
          .updateTable('heddle.connection')
          .set({
            token_sealed: null,
            token_expires_at: null,
            is_default: false,
            status: 'revoked',
            status_reason: 'Disconnected by a member.',
            disconnected_at: new Date(clock.nowMs()),
          })
          .where('id', '=', id)
          .execute();
        if (row.is_default) await chooseNextDefault(tx, row.platform);
        await sql`select heddle.release_connection_route(${id}::uuid)`.execute(tx);
      });
      forget(workspaceId, id);
    },

    media: async (workspaceId, id, page) => {
      const { account, platform } = await open(await get(workspaceId, id));
      return toMediaViews(
        await platform.read(
          'media',
          { limit: page.limit, ...(page.cursor === undefined ? {} : { after: page.cursor }) },
          account,
        ),
      );
    },
  };
}

/** The account that was there first becomes the default when the one that was it is gone. */
async function chooseNextDefault(tx: Tx, platform: string): Promise<void> {
  const next = tx
    .selectFrom('heddle.connection')
    .select('id')
    .where('platform', '=', platform)
    .where('disconnected_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .limit(1);
  await tx.updateTable('heddle.connection').set({ is_default: true }).where('id', '=', next).execute();
}
