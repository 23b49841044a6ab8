import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { hashSecret } from '../accounts/auth-options.ts';
import { appRoleFor } from '../database/app-role.ts';
import { createDatabase, migrate, newId, type Database } from '../database/index.ts';
import { TEST_KEYS } from '../database/testing/index.ts';
import { createLog } from '../log/index.ts';
import { createTestDatabase } from '../postgres/testing/index.ts';
import { parseSettings } from '../settings.ts';
import { startHeddle, type Heddle } from '../start-heddle.ts';
import { freePort } from './free-port.ts';

/** The key ring of tests as HEDDLE_KEYS. */
const KEYS = TEST_KEYS.map((key) => Buffer.from(key).toString('base64')).join(',');

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON, otherwise the text. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape; the contract test checks the shapes
  readonly body: any;
}

export interface TestServer {
  readonly url: string;
  readonly heddle: Heddle;
  /** The owner's API key of the first workspace. */
  readonly key: string;
  /** Under row-level security, as the server. */
  readonly database: Database;
  readonly ownerUrl: string;
  readonly dataDir: string;
  /** Everything that was logged so far. */
  logText(): string;
  /** A call with the owner's key, unless `headers` says otherwise; an empty one is left out. A body that is no text or bytes is sent as JSON. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /**
   * Waits for something that the server does by itself: asks at once and again whenever the live stream tells of a change. `undefined` and
   * `false` mean "not yet".
   *
   * @throws Error when it has not come true after 50 s.
   */
  until<T>(ask: () => Promise<T | undefined | false>): Promise<T>;
  /** The id of the first workspace. */
  workspaceId(): Promise<string>;
  /** A workspace of somebody else. @returns Its id and an owner's key for it. */
  addWorkspace(name: string): Promise<{ workspaceId: string; key: string }>;
  stop(): Promise<void>;
}

/** The whole product on a database of its own, over real HTTP. Every answer is checked against the contract. */
export async function startTestServer(env: Record<string, string> = {}): Promise<TestServer> {
  const copy = await createTestDatabase({
    templateName: 'migrated',
    prepare: async (ownerUrl) => void (await migrate({ ownerUrl, keys: TEST_KEYS, appRole: 'heddle_test_app' })),
  });
  const dataDir = await mkdtemp(join(tmpdir(), 'heddle-test-'));
  const key = `hdl_test_${newId()}`;
  const lines: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } });
  const settings = parseSettings({
    PORT: String(await freePort()),
    DATABASE_URL: copy.url,
    HEDDLE_DATA_DIR: dataDir,
    HEDDLE_KEYS: KEYS,
    HEDDLE_BOOTSTRAP_API_KEY: key,
    HEDDLE_DATABASE_CONNECTIONS: '8',
    ...env,
  });
  const heddle = await startHeddle(settings, log, () => undefined, { onWrongAnswer: 'fail' });
  const url = `http://127.0.0.1:${settings.port}`;
  const role = appRoleFor(copy.url, TEST_KEYS);
  const appUrl = new URL(copy.url);
  appUrl.username = role.name;
  appUrl.password = role.password;
  const database = createDatabase({ appUrl: appUrl.href, maxConnections: 2 });

  const call: TestServer['call'] = async (method, path, body, headers) => {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const all = Object.entries({
      authorization: `Bearer ${key}`,
      ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
      ...headers,
    });
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: Object.fromEntries(all.filter(([, value]) => value !== '')),
      ...(body === undefined
        ? {}
        : { body: isRaw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }), // narrowed by isRaw
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text,
    };
  };

  return {
    url,
    heddle,
    key,
    database,
    ownerUrl: copy.url,
    dataDir,
    call,
    logText: () => lines.join(''),
    until: (ask) => until(url, key, ask),
    workspaceId: async () => (await call('GET', '/api/session')).body.workspace.id,
    addWorkspace: async (name) => {
      const workspaceId = newId();
      const secret = `hdl_test_${newId()}`;
      await database.withWorkspace(workspaceId, async (tx) => {
        await tx.insertInto('heddle.workspace').values({ id: workspaceId, name }).execute();
        await tx
          .insertInto('heddle.member')
          .values({ workspace_id: workspaceId, member_id: `member of ${name}`, role: 'owner' })
          .execute();
        await tx
          .insertInto('heddle.api_key')
          .values({
            workspace_id: workspaceId,
            id: newId(),
            name: 'test',
            role: 'owner',
            prefix: secret.slice(0, 10),
            hash: hashSecret(secret),
            created_by: `member of ${name}`,
          })
          .execute();
      });
      return { workspaceId, key: secret };
    },
    stop: async () => {
      await heddle.stop();
      await database.close();
      await copy.drop();
      await dropRole(role.name);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Less than the two minutes of a test, so that it fails by what it waits for; more than any machine needs, however busy it is. */
const UNTIL_LIMIT_MS = 50_000;

async function until<T>(url: string, key: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  const stream = await fetch(`${url}/api/live`, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(UNTIL_LIMIT_MS),
  });
  if (stream.body === null) throw new Error('The live stream has no body');
  try {
    // The stream is open before the first look, so no change is missed in between.
    const first = await ask();
    if (first !== undefined && first !== false) return first;
    for await (const chunk of stream.body) {
      const found = chunk.length > 0 ? await ask() : undefined;
      if (found !== undefined && found !== false) return found;
    }
  } catch (error) {
    throw new Error('What the test waits for did not come true within 50 s', { cause: error });
  }
  throw new Error('The live stream ended');
}

/** Roles belong to the cluster and outlive the database. */
async function dropRole(name: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env['TEST_DATABASE_URL'] });
  await client.connect();
  await client.query(`drop role if exists ${client.escapeIdentifier(name)}`).catch(() => undefined); // a grant elsewhere keeps it; harmless
  await client.end();
}
