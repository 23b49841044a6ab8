import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../database/index.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../database/testing/index.ts';
import { checkKeys, readKeyFacts, refuseNewKeys } from './check-keys.ts';
import { parseKeyRing } from './key-ring.ts';
import { createVault } from './vault.ts';

const OLD = parseKeyRing(Buffer.alloc(32, 1).toString('base64'));
const NEW = parseKeyRing(Buffer.alloc(32, 2).toString('base64'));
const place = { table: 'connection', row: 'row-1', column: 'token_sealed' };

let db: MigratedDatabase;
beforeEach(async () => void (db = await createMigratedDatabase()));
afterEach(() => db.drop());

async function addWorkspace(): Promise<string> {
  const id = newId();
  await db.database.withWorkspace(id, (tx) => tx.insertInto('heddle.workspace').values({ id, name: 'Shop' }).execute());
  return id;
}

const refusal = async () => {
  const facts = await readKeyFacts(db.ownerUrl);
  return () => refuseNewKeys(facts, '/data/keys');
};

describe('new keys', () => {
  it('are fine for a database without work in it', async () => {
    expect(await refusal()).not.toThrow();
  });

  it('are refused once there is a workspace, and as long as a secret needs the old ones', async () => {
    const workspaceId = await addWorkspace();
    expect(await refusal()).toThrow('The key file /data/keys is not there');
    await createVault({ database: db.database, keyRing: OLD }).seal({ workspaceId, ...place }, 'secret');
    expect(await refusal()).toThrow('The key file /data/keys is not there');
    await db.database.withWorkspace(workspaceId, (tx) =>
      tx.updateTable('heddle.data_key').set({ retired_at: new Date() }).execute(),
    );
    expect(await refusal()).not.toThrow();
  });
});

describe('keys that are given', () => {
  it('must hold every key that wraps a data key in use', async () => {
    const workspaceId = await addWorkspace();
    await createVault({ database: db.database, keyRing: OLD }).seal({ workspaceId, ...place }, 'secret');
    const facts = await readKeyFacts(db.ownerUrl);
    expect(facts.wrappedBy).toEqual(OLD.ids);
    expect(() => checkKeys(facts, OLD, 'HEDDLE_KEYS')).not.toThrow();
    expect(() => checkKeys(facts, NEW, 'HEDDLE_KEYS')).toThrow(
      `The stored secrets need the key ${OLD.newestId}; HEDDLE_KEYS holds ${NEW.newestId}.`,
    );
  });
});
