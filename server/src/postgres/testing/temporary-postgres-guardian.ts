// Run as `node temporary-postgres-guardian.ts DATA_DIR`. Waits until its standard input ends, that is until the process
// which started it stops or dies in whatever way; then stops the Postgres of that directory and deletes the directory.
import { rmSync } from 'node:fs';
import { clusterDirectory } from '../cluster-directory.ts';
import { findPostgresBinaries } from '../postgres-binaries.ts';
import { stopPostmaster } from '../postmaster.ts';
import { findPostmasterPidFile } from '../postmaster-pid-file.ts';

const dataDir = process.argv[2];
if (!dataDir) throw new Error('Usage: node temporary-postgres-guardian.ts DATA_DIR');

process.stdin.resume();
process.stdin.on('close', () => {
  void cleanUp(dataDir);
});

async function cleanUp(dir: string): Promise<void> {
  const cluster = clusterDirectory(dir);
  const running = findPostmasterPidFile(cluster.path);
  if (running) await stopPostmaster(running.pid, cluster, await findPostgresBinaries());
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}
