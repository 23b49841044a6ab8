import type { Platform } from '@heddle/engine';
import { FlowError } from '@heddle/schemas';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../database/index.ts';
import { createMigratedDatabase, TEST_KEYS, type MigratedDatabase } from '../database/testing/index.ts';
import { createLog } from '../log/index.ts';
import { createVault, parseKeyRing } from '../vault/index.ts';
import { createConnections, type Connections } from './connections.ts';
import { refreshDueConnections } from './refresh-job.ts';
import { tokenPlace } from './save-grant.ts';
import type { ConnectionStatus } from './tables.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-06-01T02:17:00Z');
const log = createLog({ level: 'silent', destination: { write: () => undefined } });

let db: MigratedDatabase;
let workspaceId: string;
let connections: Connections;
/** What the platform answers to a refresh. */
let answer: () => Promise<{ accessToken: string; expiresAtMs: number }>;

afterEach(() => db.drop());
beforeEach(async () => {
  // The job looks at all workspaces.
  db = await createMigratedDatabase();
  workspaceId = newId();
  await db.database.withWorkspace(workspaceId, (tx) =>
    tx.insertInto('heddle.workspace').values({ id: workspaceId, name: 'Shop' }).execute(),
  );
  const platform = {
    id: 'instagram',
    title: 'Instagram',
    oauth: { scopes: [], refresh: () => answer() },
  } as unknown as Platform; // only what a refresh uses
  connections = createConnections({
    database: db.database,
    vault: vault(),
    live: { publish: () => undefined },
    clock: { nowMs: () => NOW_MS },
    log,
    platforms: new Map([['instagram', platform]]),
    apps: new Map([
      [
        'instagram',
        {
          appId: '1',
          appSecrets: ['s'],
          verifyToken: 'v',
          apiUrl: 'https://api.example',
          oauthUrl: 'https://o.example',
          tokenUrl: 'https://t.example',
        },
      ],
    ]),
    sandboxed: new Set(),
    publicUrl: 'https://heddle.example',
  });
  answer = () => Promise.resolve({ accessToken: 'new token', expiresAtMs: NOW_MS + 60 * DAY_MS });
});

const vault = () =>
  createVault({ database: db.database, keyRing: parseKeyRing(Buffer.from(TEST_KEYS[0] ?? []).toString('base64')) });

async function addConnection(expiresInDays: number, status: ConnectionStatus = 'connected'): Promise<string> {
  const id = newId();
  const token_sealed = await vault().seal(tokenPlace(workspaceId, id), 'old token');
  await db.database.withWorkspace(workspaceId, (tx) =>
    tx
      .insertInto('heddle.connection')
      .values({
        workspace_id: workspaceId,
        id,
        platform: 'instagram',
        external_id: id,
        username: 'shop',
        name: 'Shop',
        picture_url: null,
        status,
        status_reason: null,
        is_sandbox: false,
        is_default: false,
        granted_scopes: [],
        token_sealed,
        token_expires_at: new Date(NOW_MS + expiresInDays * DAY_MS),
      })
      .execute(),
  );
  return id;
}
const run = () => refreshDueConnections({ database: db.database, connections, clock: { nowMs: () => NOW_MS }, log });
const tokenOf = async (id: string) =>
  vault().open(tokenPlace(workspaceId, id), (await connections.get(workspaceId, id)).token_sealed ?? '');

describe('the daily job', () => {
  it('extends what ends within a week and leaves the rest alone', async () => {
    const [soon, later] = [await addConnection(6), await addConnection(20)];
    await run();
    expect([await tokenOf(soon), await tokenOf(later)]).toEqual(['new token', 'old token']);
    expect((await connections.get(workspaceId, soon)).token_expires_at?.getTime()).toBe(NOW_MS + 60 * DAY_MS);
  });

  it('tells the members before the token ends when the platform does not answer, and keeps the token', async () => {
    const id = await addConnection(5);
    answer = () => Promise.reject(new FlowError('PLATFORM_UNAVAILABLE', 'Instagram has a fault.'));
    await run();
    expect(await connections.get(workspaceId, id)).toMatchObject({
      status: 'expiring',
      status_reason: expect.stringContaining('before 2026-06-06'),
    });
    expect(await tokenOf(id)).toBe('old token');
    answer = () => Promise.resolve({ accessToken: 'new token', expiresAtMs: NOW_MS + 60 * DAY_MS });
    await run();
    expect(await connections.get(workspaceId, id)).toMatchObject({ status: 'connected', status_reason: null });
  });

  it('says that it is over when the platform refuses the token, or its day has passed', async () => {
    const [refused, late] = [await addConnection(3), await addConnection(-1, 'expiring')];
    answer = () => Promise.reject(new FlowError('PLATFORM_TOKEN_INVALID', 'The token was revoked.'));
    await run();
    expect(await connections.get(workspaceId, refused)).toMatchObject({
      status: 'expired',
      status_reason: expect.stringContaining('Connect the account again'),
    });
    expect((await connections.get(workspaceId, late)).status).toBe('expired');
    await expect(connections.openAccount(workspaceId, refused)).rejects.toMatchObject({ code: 'CONNECTION_NOT_READY' });
  });

  it('goes on with the others when one fails', async () => {
    const [first, second] = [await addConnection(1), await addConnection(2)];
    let calls = 0;
    answer = () =>
      (calls += 1) === 1
        ? Promise.reject(new TypeError('a fault of ours'))
        : Promise.resolve({ accessToken: 'new token', expiresAtMs: NOW_MS + 60 * DAY_MS });
    await run();
    expect([await tokenOf(first), await tokenOf(second)].toSorted()).toEqual(['new token', 'old token']);
  });

  it('does not touch what a member disconnected', async () => {
    const id = await addConnection(1);
    await connections.disconnect(workspaceId, id);
    answer = () => Promise.reject(new Error('must not be asked'));
    expect((await run()).failed).toBe(0);
    await expect(connections.get(workspaceId, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
