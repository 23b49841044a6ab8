import { writeFileSync } from 'node:fs';
import { startTemporaryPostgres } from '../../postgres/testing/index.ts';
import { appRoleFor } from '../app-role.ts';
import { describeSchema } from '../describe-schema.ts';
import { migrate } from '../migrate.ts';

// The program: migrates a throw-away database and writes what came out to server/schema.sql.
const postgres = await startTemporaryPostgres();
try {
  const keys = [new Uint8Array(32)];
  await migrate({ ownerUrl: postgres.url, keys });
  writeFileSync(
    new URL('../../../schema.sql', import.meta.url),
    await describeSchema(postgres.url, appRoleFor(postgres.url, keys).name),
  );
} finally {
  await postgres.stop();
}
