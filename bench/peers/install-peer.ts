import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { BENCH_DIR } from '../support/private-postgres.ts';

/** Below it lie the installed peers, which stay, and the directories of running benches, which do not. */
export const PEERS_DIR = join(BENCH_DIR, 'peers');

/** An engine from the package registry. */
export interface PeerPackage {
  readonly name: string;
  /** Exactly this one. */
  readonly version: string;
  /** Exact versions of what it depends on, where its own range finds nothing that can be installed. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** Dependencies whose install script has to run; those of all others do not. */
  readonly build?: readonly string[];
}

const SAY_AFTER_MS = 15_000;

/**
 * Installs a peer by the npm client that is on the path, once: a second call finds what the first one made.
 *
 * @param note Told what is being done, every 15 s.
 * @returns The directory with its `node_modules`.
 * @throws Error that names the log
 */
export async function installPeer(peer: PeerPackage, note: (text: string) => void): Promise<string> {
  const dir = join(PEERS_DIR, `${peer.name}-${peer.version}`);
  if (existsSync(dir)) return dir;
  mkdirSync(PEERS_DIR, { recursive: true });
  // A directory of its own until it is whole: one that is there is complete.
  const unfinished = join(PEERS_DIR, `unfinished-${process.pid}`);
  mkdirSync(unfinished);
  writeFileSync(join(unfinished, 'package.json'), JSON.stringify({ private: true, overrides: peer.overrides ?? {} }));
  const started = performance.now();
  const elapsed = (): string => `${Math.round((performance.now() - started) / 1_000)} s`;
  const progress = setInterval(
    () => note(`  still installing ${peer.name} ${peer.version} (${elapsed()})`),
    SAY_AFTER_MS,
  );
  note(`Installing ${peer.name} ${peer.version} into ${PEERS_DIR}; it stays there for the next time`);
  try {
    const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', '--legacy-peer-deps'];
    await npm(unfinished, ['install', '--ignore-scripts', ...quiet, `${peer.name}@${peer.version}`]);
    if (peer.build !== undefined) await npm(unfinished, ['rebuild', ...peer.build]);
    if (!existsSync(dir)) renameSync(unfinished, dir);
  } finally {
    clearInterval(progress);
    rmSync(unfinished, { recursive: true, force: true });
  }
  note(`  installed in ${elapsed()}`);
  return dir;
}

async function npm(cwd: string, args: readonly string[]): Promise<void> {
  const logFile = join(PEERS_DIR, 'install.log');
  const log = createWriteStream(logFile, { flags: 'a' });
  const env: Record<string, string | undefined> = { ...process.env };
  // Native parts are built for this Node, whose headers lie beside it; without them npm looks for them by itself.
  const nodeDir = dirname(dirname(process.execPath));
  if (existsSync(join(nodeDir, 'include', 'node'))) env['npm_config_nodedir'] = nodeDir;
  env['PATH'] = `${dirname(process.execPath)}:${env['PATH'] ?? ''}`;
  const child = spawn('npm', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  // Also 'error', when there is no npm: `once` throws it.
  const [code]: unknown[] = await once(child, 'close');
  log.end();
  if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with ${String(code)}; see ${logFile}.`);
}
