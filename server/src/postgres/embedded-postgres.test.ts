import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { clusterDirectory } from './cluster-directory.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { stopPostmaster } from './postmaster.ts';
import { findPostmasterPidFile, isProcessAlive } from './postmaster-pid-file.ts';

let dataDir: string;
let started: EmbeddedPostgres[];
let children: ChildProcess[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'heddle-embedded-'));
  started = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(started.map((postgres) => postgres.stop()));
  const cluster = clusterDirectory(dataDir);
  const left = findPostmasterPidFile(cluster.path);
  if (left) await stopPostmaster(left.pid, cluster, await findPostgresBinaries());
  rmSync(dataDir, { recursive: true, force: true });
});

it('keeps data and password over a clean stop, and leaves no lock behind', async () => {
  const first = await start();
  await query(first.url, 'create table kept as select 42 as answer');
  await first.stop();
  expect(existsSync(pidFile())).toBe(false);

  const second = await start();
  expect(second.adopted).toBe(false);
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
});

it('adopts the Postgres of a killed process, and stops it in the end', async () => {
  const { child, url } = await startElsewhere();
  await query(url, 'create table kept as select 42 as answer');
  await kill(child);
  const { pid } = running();

  const adopted = await start();
  expect(adopted.adopted).toBe(true);
  expect(running().pid).toBe(pid);
  expect(await query(adopted.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await adopted.stop();
  expect(isProcessAlive(pid)).toBe(false);
});

it('recovers when Postgres was killed too', async () => {
  const { child, url } = await startElsewhere();
  await query(url, 'create table kept as select 42 as answer');
  const { pid } = running();
  await kill(child);
  process.kill(pid, 'SIGKILL');

  const recovered = await start();
  expect(recovered.adopted).toBe(false);
  expect(await query(recovered.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('does not take a foreign process for Postgres when the pid in the file was given out anew', async () => {
  const first = await start();
  const file = readFileSync(pidFile(), 'utf8');
  await first.stop();
  writeFileSync(pidFile(), file.replace(/^\d+/, String(process.ppid)));

  const second = await start();
  expect(second.adopted).toBe(false);
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('serves three processes that start at once on an empty directory with one Postgres', async () => {
  const answers = await Promise.all([startElsewhere(), startElsewhere(), startElsewhere()]);
  expect(answers.filter(({ adopted }) => !adopted)).toHaveLength(1);
  expect(new Set(answers.map(({ url }) => url)).size).toBe(1);
});

it('goes on for the others when one of its users stops', async () => {
  const first = await start();
  const second = await start();
  await first.stop();
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  const { pid } = running();
  await second.stop();
  expect(isProcessAlive(pid)).toBe(false);
});

it('comes back at the same address each time that it is killed, and stays away after a stop', async () => {
  let heard = (_error: unknown): void => {};
  const revived = (): Promise<unknown> => new Promise((resolve) => (heard = resolve));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    database: 'heddle',
    settings: { fsync: 'off' },
    onRevived: (error) => heard(error),
  });
  started.push(postgres);
  for (let time = 1; time <= 2; time += 1) {
    const isBack = revived();
    process.kill(running().pid, 'SIGKILL');
    expect(await isBack).toBeUndefined();
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  }
  const { pid } = running();
  await postgres.stop();
  expect(isProcessAlive(pid)).toBe(false);
  expect(existsSync(pidFile())).toBe(false);
});

it('is stopped for good also while it is coming back', async () => {
  const postgres = await startEmbeddedPostgres({
    dataDir,
    database: 'heddle',
    settings: { fsync: 'off' },
    onRevived: () => {},
  });
  const { pid } = running();
  process.kill(pid, 'SIGKILL');
  await postgres.stop();
  // A file that is left names the one that was killed, which may still be on its way out.
  await vi.waitFor(
    () => expect(isProcessAlive(findPostmasterPidFile(join(dataDir, 'pg18'))?.pid ?? pid)).toBe(false),
    50_000,
  );
});

it('says what to do when the directory cannot be used', async () => {
  const file = join(dataDir, 'pg18.log');
  const broken = startEmbeddedPostgres({
    dataDir,
    database: 'heddle',
    settings: { fsync: 'off', no_such_setting: '1' },
  });
  await expect(broken).rejects.toMatchObject({
    code: 'POSTGRES_START_FAILED',
    message: expect.stringMatching(/unrecognized configuration parameter "no_such_setting"[^]*DATABASE_URL/),
  });
  expect(existsSync(file)).toBe(true);
});

async function start(): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, database: 'heddle', settings: { fsync: 'off' } });
  started.push(postgres);
  return postgres;
}

async function startElsewhere(): Promise<{ child: ChildProcess; url: string; adopted: boolean }> {
  const program = fileURLToPath(new URL('testing/start-in-child-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) return { child, ...JSON.parse(line) };
  throw new Error('The child process ended before Postgres had started');
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

function pidFile(): string {
  return join(dataDir, 'pg18', 'postmaster.pid');
}

function running(): { pid: number } {
  const file = findPostmasterPidFile(join(dataDir, 'pg18'));
  if (!file) throw new Error('Postgres is not running');
  return file;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
