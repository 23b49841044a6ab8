import { createTestDatabase } from '../../postgres/testing/index.ts';
import { appRoleFor, appUrlFor } from '../app-role.ts';
import { createDatabase, type Database } from '../database.ts';
import { migrate } from '../migrate.ts';

/** The key ring of tests. */
export const TEST_KEYS: readonly Uint8Array[] = [new Uint8Array(32).fill(7)];

/** One role for all test databases: roles belong to the cluster, so a copy of a database keeps the grants of its template. */
const TEST_APP_ROLE = 'heddle_test_app';

export interface MigratedDatabase {
  readonly ownerUrl: string;
  readonly appUrl: string;
  /** As the server sees it: row-level security holds. */
  readonly database: Database;
  /** Closes `database` and drops it. */
  drop(): Promise<void>;
}

/** A database of its own with the newest schema, for tests; about 30 ms after the first. */
export async function createMigratedDatabase(): Promise<MigratedDatabase> {
  const copy = await createTestDatabase({
    templateName: 'migrated',
    prepare: async (ownerUrl) => void (await migrate({ ownerUrl, keys: TEST_KEYS, appRole: TEST_APP_ROLE })),
  });
  const appUrl = appUrlFor(copy.url, appRoleFor(copy.url, TEST_KEYS, TEST_APP_ROLE));
  const database = createDatabase({ appUrl });
  return {
    ownerUrl: copy.url,
    appUrl,
    database,
    drop: async () => {
      await database.close();
      await copy.drop();
    },
  };
}
