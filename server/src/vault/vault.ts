import { randomBytes } from 'node:crypto';
import { FlowError } from '@heddle/schemas';
import { sql } from 'kysely';
import { newId, type Database } from '../database/index.ts';
import type { KeyRing } from './key-ring.ts';
import { keyIdOf, openText, sealText, type Place } from './sealed-text.ts';

/** Seals secrets with a data key per workspace, itself wrapped by the key ring. */
export interface Vault {
  seal(place: Place, text: string): Promise<string>;
  /** @throws FlowError `SECRET_UNREADABLE`. */
  open(place: Place, sealed: string): Promise<string>;
  /** Wraps every data key with the newest key of the ring; run after a key was added in front. @returns How many were wrapped anew. */
  rewrap(): Promise<number>;
}

interface DataKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Opened data keys kept in memory at most; one is 32 bytes. */
const CACHE_SIZE = 10_000;

/** @param database Data keys are made in transactions of their own, so that a rolled back caller cannot lose a key that was used. */
export function createVault(options: { database: Database; keyRing: KeyRing }): Vault {
  const { database, keyRing } = options;
  const opened = new Map<string, Uint8Array>();
  const inUse = new Map<string, DataKey>();

  const remember = (workspaceId: string, key: DataKey): DataKey => {
    if (opened.size >= CACHE_SIZE) {
      opened.clear();
      inUse.clear();
    }
    opened.set(`${workspaceId}|${key.id}`, key.bytes);
    return key;
  };

  const keyInUse = async (workspaceId: string): Promise<DataKey> => {
    const known = inUse.get(workspaceId);
    if (known !== undefined) return known;
    const row = await database.withWorkspace(workspaceId, async (tx) => {
      const fresh = { id: newId(), wrapped: '' };
      fresh.wrapped = wrap(keyRing, workspaceId, { id: fresh.id, bytes: randomBytes(32) });
      await tx
        .insertInto('heddle.data_key')
        .values({ workspace_id: workspaceId, ...fresh })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return tx
        .selectFrom('heddle.data_key')
        .select(['id', 'wrapped'])
        .where('retired_at', 'is', null)
        .executeTakeFirstOrThrow();
    });
    const key = remember(workspaceId, { id: row.id, bytes: unwrap(keyRing, workspaceId, row) });
    inUse.set(workspaceId, key);
    return key;
  };

  const keyById = async (place: Place, id: string): Promise<Uint8Array> => {
    const known = opened.get(`${place.workspaceId}|${id}`);
    if (known !== undefined) return known;
    // A sealed text names its key; anything but an id of ours must not reach the database as a uuid.
    const row = /^[0-9a-f-]{36}$/.test(id)
      ? await database.withWorkspace(place.workspaceId, (tx) =>
          tx.selectFrom('heddle.data_key').select(['id', 'wrapped']).where('id', '=', id).executeTakeFirst(),
        )
      : undefined;
    if (row === undefined)
      throw new FlowError(
        'SECRET_UNREADABLE',
        `The secret in ${place.table}.${place.column} needs a key that this workspace does not have.`,
      );
    return remember(place.workspaceId, { id, bytes: unwrap(keyRing, place.workspaceId, row) }).bytes;
  };

  return {
    seal: async (place, text) => {
      const key = await keyInUse(place.workspaceId);
      return sealText(key.bytes, key.id, place, text);
    },
    open: async (place, sealed) => openText(await keyById(place, keyIdOf(sealed, place)), place, sealed),
    rewrap: async () => {
      const { rows } = await sql<{ workspace_id: string }>`select workspace_id from heddle.workspace_ids()`.execute(
        database.anyWorkspace,
      );
      let count = 0;
      for (const { workspace_id } of rows) count += await rewrapWorkspace(database, keyRing, workspace_id);
      return count;
    },
  };
}

async function rewrapWorkspace(database: Database, keyRing: KeyRing, workspaceId: string): Promise<number> {
  return database.withWorkspace(workspaceId, async (tx) => {
    const rows = await tx.selectFrom('heddle.data_key').select(['id', 'wrapped']).execute();
    const stale = rows.filter((row) => keyIdOf(row.wrapped, wrapPlace(workspaceId, row.id)) !== keyRing.newestId);
    for (const row of stale) {
      const wrapped = wrap(keyRing, workspaceId, { id: row.id, bytes: unwrap(keyRing, workspaceId, row) });
      // Guarded by the old value: two processes that do this together change nothing twice.
      await tx
        .updateTable('heddle.data_key')
        .set({ wrapped })
        .where('id', '=', row.id)
        .where('wrapped', '=', row.wrapped)
        .execute();
    }
    return stale.length;
  });
}

function wrap(keyRing: KeyRing, workspaceId: string, key: DataKey): string {
  const newest = keyRing.find(keyRing.newestId);
  if (newest === undefined) throw new TypeError('The key ring does not hold its newest key');
  return sealText(newest, keyRing.newestId, wrapPlace(workspaceId, key.id), Buffer.from(key.bytes).toString('base64'));
}

function unwrap(keyRing: KeyRing, workspaceId: string, row: { id: string; wrapped: string }): Uint8Array {
  const place = wrapPlace(workspaceId, row.id);
  const key = keyRing.find(keyIdOf(row.wrapped, place));
  if (key === undefined)
    throw new FlowError(
      'SECRET_UNREADABLE',
      'The key that wrapped the data key of this workspace is not in HEDDLE_KEYS.',
    );
  return Buffer.from(openText(key, place, row.wrapped), 'base64');
}

function wrapPlace(workspaceId: string, id: string): Place {
  return { workspaceId, table: 'data_key', row: id, column: 'wrapped' };
}
