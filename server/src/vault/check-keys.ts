import pg from 'pg';
import { StartupError } from '../startup-error.ts';
import type { KeyRing } from './key-ring.ts';

const RECOVERY = 'If it is lost for good, follow "A lost key" in docs/operators/keys.md.';

/** What a database says about the keys that it was used with. */
export interface KeyFacts {
  /** Ids of the keys that wrap data keys in use; texts are `v1.<key id>.…`. */
  readonly wrappedBy: readonly string[];
  /** True when the database holds work that was made with keys nobody has told us. */
  readonly needsOldKeys: boolean;
}

/** @param ownerUrl Its role sees every workspace. */
export async function readKeyFacts(ownerUrl: string): Promise<KeyFacts> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ isThere: boolean }>(
      `select to_regclass('heddle.data_key') is not null and to_regclass('heddle.workspace') is not null as "isThere"`,
    );
    if (tables[0]?.isThere !== true) return { wrappedBy: [], needsOldKeys: false };
    const { rows } = await client.query<{ wrapped_by: string[]; workspaces: boolean; keys: boolean }>(
      `select array(select distinct split_part(wrapped, '.', 2) from heddle.data_key where retired_at is null) as wrapped_by,
         exists(select from heddle.workspace) as workspaces, exists(select from heddle.data_key) as keys`,
    );
    const { wrapped_by: wrappedBy = [], workspaces = false, keys = false } = rows[0] ?? {};
    // Without any data key there is no secret, but sessions and the server's role hang on the keys too. All of them retired: somebody
    // said that the old keys are lost for good.
    return { wrappedBy, needsOldKeys: wrappedBy.length > 0 || (workspaces && !keys) };
  } finally {
    await client.end();
  }
}

/** @throws StartupError when the database needs keys and there are none: new ones would lock everybody else out. */
export function refuseNewKeys({ needsOldKeys }: KeyFacts, keyFile: string): void {
  if (!needsOldKeys) return;
  throw new StartupError(
    `The key file ${keyFile} is not there, but the database holds data that was made with its keys.`,
    `Put the file back from your backup, or set HEDDLE_KEYS to what it held. ${RECOVERY}`,
  );
}

/** @throws StartupError when stored secrets are wrapped with keys that the ring does not hold. */
export function checkKeys({ wrappedBy }: KeyFacts, keyRing: KeyRing, source: string): void {
  const unknown = wrappedBy.filter((id) => keyRing.find(id) === undefined);
  if (unknown.length === 0) return;
  throw new StartupError(
    `The stored secrets need ${unknown.length === 1 ? 'the key' : 'the keys'} ${unknown.join(', ')}; ${source} holds ${keyRing.ids.join(', ')}.`,
    `Put the missing key back into ${source}, behind the others. ${RECOVERY}`,
  );
}
