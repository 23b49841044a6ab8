// Run as `node start-in-child-process.ts DATA_DIR`: starts Postgres, prints one JSON line, and stays until it is killed.
// Stands in for a server in the tests of crashes.
import { startEmbeddedPostgres } from '../embedded-postgres.ts';

const dataDir = process.argv[2];
if (!dataDir) throw new Error('Usage: node start-in-child-process.ts DATA_DIR');
const postgres = await startEmbeddedPostgres({ dataDir, database: 'heddle', settings: { fsync: 'off' } });
console.log(JSON.stringify({ url: postgres.url, adopted: postgres.adopted }));
process.on('SIGTERM', () => {
  void postgres.stop();
});
