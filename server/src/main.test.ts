import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from './postgres/testing/index.ts';
import { freePort as findFreePort } from './testing/free-port.ts';

/** Each test starts the program several times, which takes seconds each on a busy machine. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

let dataDir: string;
let database: TestDatabase;
let children: ChildProcess[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'heddle-main-'));
  database = await createTestDatabase({ templateName: 'empty' });
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

interface Program {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves when the program has said so, or has ended. */
  says(text: string): Promise<string>;
  ends(): Promise<number | null>;
}

function start(env: Record<string, string>, args: string[] = []): Program {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: database.url, HEDDLE_DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const ended = once(child, 'close');
  let text = '';
  let look = (): void => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      look();
    });
  }
  return {
    child,
    output: () => text,
    says: (wanted) =>
      new Promise((resolve) => {
        look = () => void (text.includes(wanted) && resolve(text));
        look();
        void ended.then(() => resolve(text));
      }),
    ends: async () => (await ended)[0] as number | null, // the first argument of 'close' is the exit code
  };
}

const freePort = async () => String(await findFreePort());

describe('the program', () => {
  it('starts, prints one sign-in link outside of the log, and stops cleanly', async () => {
    const program = start({ PORT: await freePort() });
    expect(await program.says('Ctrl-C')).toMatch(
      /Sign in \(once, within 30 minutes\):\s+http:\/\/127\.0\.0\.1:\d+\/sign-in\?token=[\w-]{43}\s/,
    );
    program.child.kill('SIGINT');
    expect(await program.ends()).toBe(0);
    expect(program.output()).toContain('Stopped.');
    for (const line of program
      .output()
      .split('\n')
      .filter((item) => item.startsWith('{')))
      expect(line).not.toContain('sign-in');
    expect((await stat(join(dataDir, 'keys'))).mode & 0o777).toBe(0o600);
  });

  it('stops as cleanly when told to while it is starting', async () => {
    const program = start({ PORT: await freePort() });
    await program.says('Connecting');
    program.child.kill('SIGINT');
    expect(await program.ends()).toBe(0);
    expect(program.output()).toContain('Stopped.');
  });

  it('finds everything as it was after a kill -9, with a fresh link', async () => {
    const env = { PORT: await freePort(), HEDDLE_BOOTSTRAP_API_KEY: 'bootstrap-key-of-the-test' };
    const ask = async (method: string, path: string, body?: string) =>
      (
        await fetch(`http://127.0.0.1:${env.PORT}${path}`, {
          method,
          headers: { authorization: `Bearer ${env.HEDDLE_BOOTSTRAP_API_KEY}`, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body }),
        })
      ).json();
    const first = start(env);
    const link = /sign-in\?token=\S+/.exec(await first.says('Ctrl-C'))?.[0];
    await ask('POST', '/api/flows', '{"name":"Before"}');
    const connections = await ask('GET', '/api/connections');
    first.child.kill('SIGKILL');
    await first.ends();
    const second = start(env);
    expect(/sign-in\?token=\S+/.exec(await second.says('Ctrl-C'))?.[0]).not.toBe(link);
    expect(await ask('GET', '/api/flows')).toMatchObject({ items: [{ name: 'Before' }] });
    expect(await ask('GET', '/api/connections')).toEqual(connections);
  });

  it('keeps its directory and what is in it to its owner', async () => {
    const own = join(dataDir, 'own');
    const program = start({ PORT: await freePort(), HEDDLE_DATA_DIR: own });
    await program.says('Ctrl-C');
    const modeOf = async (path: string) => (await stat(join(own, path))).mode & 0o777;
    expect([await modeOf('.'), await modeOf('keys'), await modeOf('sandbox')]).toEqual([0o700, 0o600, 0o700]);
    for (const name of await readdir(join(own, 'sandbox')))
      expect([name, await modeOf(`sandbox/${name}`)]).toEqual([name, 0o600]);
  });

  it('does not start with other keys than the database needs, changes nothing then, and starts again with the right ones', async () => {
    const env = { PORT: await freePort() };
    const run = async (more: Record<string, string> = {}) => {
      const program = start({ ...env, ...more });
      const said = await program.says('Ctrl-C');
      program.child.kill('SIGINT');
      return { said, code: await program.ends() };
    };
    expect((await run()).code).toBe(0);
    const file = join(dataDir, 'keys');
    const kept = await readFile(file, 'utf8');
    await rm(file);
    expect(await run()).toMatchObject({
      code: 1,
      said: expect.stringMatching(/The key file .*keys is not there, but the database holds data[^]*Put the file back/),
    });
    await expect(stat(file)).rejects.toThrow('ENOENT');
    const other = Buffer.alloc(32, 3).toString('base64');
    const wrong = await run({ HEDDLE_KEYS: other });
    expect(wrong).toMatchObject({
      code: 1,
      said: expect.stringMatching(/secrets need the key [0-9a-f]{16}; HEDDLE_KEYS holds [0-9a-f]{16}/),
    });
    expect(wrong.said).not.toContain(other);
    // As if another process went on meanwhile: the password of its role is what it was.
    await writeFile(file, kept, { mode: 0o600 });
    expect((await run()).code).toBe(0);
  });

  it('runs as separate processes: a worker without a server, a server without a worker', async () => {
    const port = await freePort();
    const server = start({ PORT: port }, ['--role=server']);
    await server.says('Ctrl-C');
    const worker = start({ PORT: port }, ['--role=worker,scheduler']);
    const said = await worker.says('Ctrl-C');
    expect(said).toContain('worker, scheduler');
    expect(said).not.toContain('sign-in?token');
  });
});

describe('what it says when it cannot start', () => {
  const problem = async (env: Record<string, string>, args: string[] = []) => {
    const program = start(env, args);
    expect(await program.ends()).toBe(1);
    return program.output();
  };

  it('a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    expect(await problem({ PORT: port })).toMatch(new RegExp(`Port ${port} .* is taken[^]*PORT=`));
    taken.close();
  });

  it('a Postgres that is not there, a wrong password, a database that does not exist', async () => {
    expect(await problem({ DATABASE_URL: 'postgres://heddle:hunter2@127.0.0.1:1/heddle' })).toMatch(
      /The Postgres at 127\.0\.0\.1:1 cannot be used[^]*DATABASE_URL/,
    );
    const wrong = new URL(database.url);
    wrong.password = 'wrong-hunter2';
    const said = await problem({ DATABASE_URL: wrong.href });
    expect(said).toContain('Correct user and password in DATABASE_URL');
    expect(said).not.toContain('hunter2');
    const missing = new URL(database.url);
    missing.pathname = '/no_such_database';
    expect(await problem({ DATABASE_URL: missing.href })).toContain('Create the database');
  });

  it('a wrong setting, by its name', async () => {
    expect(await problem({ PORT: 'http' })).toContain('PORT is "http"');
  });

  it('a bad key, without showing it', async () => {
    const said = await problem({ HEDDLE_KEYS: 'canary' });
    expect(said).toContain('Key 1 in HEDDLE_KEYS');
    expect(said).not.toContain('canary');
  });

  it('a data directory that is a file', async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, 'not a directory');
    expect(await problem({ HEDDLE_DATA_DIR: join(file, 'data') })).toMatch(
      /data directory .* cannot be made[^]*HEDDLE_DATA_DIR/,
    );
    expect(await readFile(file, 'utf8')).toBe('not a directory');
    expect(await problem({ HEDDLE_DATA_DIR: file })).toMatch(
      /HEDDLE_DATA_DIR is .*, and that is a file[^]*to a directory/,
    );
  });

  it.runIf(existsSync('/proc/self'))('a data directory where nothing can be made', async () => {
    expect(await problem({ HEDDLE_DATA_DIR: '/proc/x' })).toMatch(
      /data directory \/proc\/x cannot be made[^]*HEDDLE_DATA_DIR/,
    );
  });
});
