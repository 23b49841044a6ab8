import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { SandboxProcess } from '../product/start-sandbox.ts';
import type { Engine } from './engine.ts';
import { createHeddle } from './heddle.ts';
import { installPeer, PEERS_DIR } from './install-peer.ts';
import { createN8n, N8N, N8N_DEFAULT, N8N_FASTEST, n8nDurable } from './n8n.ts';
import { createNodeRed, NODE_RED } from './node-red.ts';

/** An engine, and how much it is given to do, so that each round takes about as long. */
export interface Contestant {
  readonly engine: Engine;
  /** How its figures begin. */
  readonly key: string;
  readonly events: number;
  readonly warmUp: number;
}

/** Ends with the process that it belongs to. */
const OWNED = /^(?:run|unfinished)-(\d+)$/;

/**
 * Installs what is missing and makes all engines; none is started.
 *
 * @param dir From `makeRunDir`. @param maintenanceUrl Of a Postgres in which databases may be made.
 */
export async function lineUp(options: {
  dir: string;
  platformUrl: string;
  sandbox: SandboxProcess;
  maintenanceUrl: string;
  note: (text: string) => void;
}): Promise<Contestant[]> {
  const { dir, platformUrl, sandbox, maintenanceUrl, note } = options;
  const nodeRed = await installPeer(NODE_RED, note);
  const n8n = await installPeer(N8N, note);
  const forEngine = (name: string) => {
    const dataDir = join(dir, name);
    mkdirSync(dataDir);
    return { platformUrl, dataDir };
  };
  const ours = await createDatabase(maintenanceUrl, 'heddle');
  const theirs = n8nDurable(await createDatabase(maintenanceUrl, 'n8n'));
  return [
    { key: 'heddle', engine: await createHeddle(ours, sandbox, forEngine('heddle')), events: 3_000, warmUp: 500 },
    { key: 'nodeRed', engine: await createNodeRed(nodeRed, forEngine('node-red')), events: 6_000, warmUp: 1_000 },
    { key: 'n8n', engine: await createN8n(n8n, N8N_DEFAULT, forEngine('n8n')), events: 200, warmUp: 50 },
    {
      key: 'n8nFastest',
      engine: await createN8n(n8n, N8N_FASTEST, forEngine('n8n-fastest')),
      events: 400,
      warmUp: 100,
    },
    {
      key: 'n8nDurable',
      engine: await createN8n(n8n, theirs, forEngine('n8n-durable')),
      events: 200,
      warmUp: 50,
    },
  ];
}

/** A directory for the data of this run; what killed runs left is removed. */
export function makeRunDir(): string {
  mkdirSync(PEERS_DIR, { recursive: true });
  for (const entry of readdirSync(PEERS_DIR)) {
    const pid = Number(OWNED.exec(entry)?.[1] ?? Number.NaN);
    if (!Number.isNaN(pid) && !isAlive(pid)) rmSync(join(PEERS_DIR, entry), { recursive: true, force: true });
  }
  const dir = join(PEERS_DIR, `run-${process.pid}`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir);
  return dir;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function createDatabase(maintenanceUrl: string, database: string): Promise<string> {
  const client = new pg.Client({ connectionString: maintenanceUrl });
  await client.connect();
  await client.query(`create database ${pg.escapeIdentifier(database)}`);
  await client.end();
  const url = new URL(maintenanceUrl);
  url.pathname = `/${database}`;
  return url.href;
}
