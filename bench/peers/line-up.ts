import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { SandboxProcess } from '../product/start-sandbox.ts';
import type { EngineKey } from './choose-engines.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { createHeddle } from './heddle.ts';
import { installPeer, PEERS_DIR } from './install-peer.ts';
import { createN8n, N8N, N8N_DEFAULT, N8N_FASTEST, n8nDurable } from './n8n.ts';
import { createNodeRed, NODE_RED, NODE_RED_DEFAULT, NODE_RED_KEEP_ALIVE } from './node-red.ts';

/** An engine, and how much it is given to do, so that each round takes about as long. */
export interface Contestant {
  readonly engine: Engine;
  /** How its figures begin. */
  readonly key: EngineKey;
  readonly events: number;
  readonly warmUp: number;
}

const WORK: Record<EngineKey, { readonly events: number; readonly warmUp: number }> = {
  heddle: { events: 6_000, warmUp: 3_000 },
  nodeRed: { events: 6_000, warmUp: 3_000 },
  nodeRedKeepAlive: { events: 6_000, warmUp: 3_000 },
  n8n: { events: 200, warmUp: 50 },
  n8nFastest: { events: 400, warmUp: 100 },
  n8nDurable: { events: 200, warmUp: 50 },
};

/** Ends with the process that it belongs to. */
const OWNED = /^(?:run|unfinished)-(\d+)$/;

/**
 * Installs what is missing and makes the engines; none is started.
 *
 * @param keys Those that are wanted; nothing is installed for others.
 * @param dir From `makeRunDir`. @param maintenanceUrl Of a Postgres in which databases may be made.
 */
export async function lineUp(options: {
  keys: readonly EngineKey[];
  dir: string;
  platformUrl: string;
  sandbox: SandboxProcess;
  maintenanceUrl: string;
  note: (text: string) => void;
}): Promise<Contestant[]> {
  const { dir, platformUrl, sandbox, maintenanceUrl, note } = options;
  const makers: Record<EngineKey, (forEngine: EngineOptions) => Promise<Engine>> = {
    heddle: async (own) => createHeddle(await createDatabase(maintenanceUrl, 'heddle'), sandbox, own),
    nodeRed: async (own) => createNodeRed(await installPeer(NODE_RED, note), NODE_RED_DEFAULT, own),
    nodeRedKeepAlive: async (own) => createNodeRed(await installPeer(NODE_RED, note), NODE_RED_KEEP_ALIVE, own),
    n8n: async (own) => createN8n(await installPeer(N8N, note), N8N_DEFAULT, own),
    n8nFastest: async (own) => createN8n(await installPeer(N8N, note), N8N_FASTEST, own),
    n8nDurable: async (own) => {
      const installed = await installPeer(N8N, note);
      return createN8n(installed, n8nDurable(await createDatabase(maintenanceUrl, 'n8n')), own);
    },
  };
  const contestants: Contestant[] = [];
  for (const key of options.keys) {
    const dataDir = join(dir, key);
    mkdirSync(dataDir);
    contestants.push({ key, engine: await makers[key]({ platformUrl, dataDir }), ...WORK[key] });
  }
  return contestants;
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
