import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../database/index.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../database/testing/index.ts';
import { parseKeyRing } from './key-ring.ts';
import { openText, sealText } from './sealed-text.ts';
import { createVault } from './vault.ts';

const OLD = randomBytes(32).toString('base64');
const NEW = randomBytes(32).toString('hex');
const place = (workspaceId: string, row = 'row-1') => ({
  workspaceId,
  table: 'connection',
  row,
  column: 'token_sealed',
});

let db: MigratedDatabase;
let workspaceId: string;
beforeAll(async () => void (db = await createMigratedDatabase()));
afterAll(() => db.drop());
beforeEach(async () => {
  workspaceId = newId();
  await db.database.withWorkspace(workspaceId, (tx) =>
    tx.insertInto('heddle.workspace').values({ id: workspaceId, name: 'Shop' }).execute(),
  );
});

const vaultWith = (keys: string) => createVault({ database: db.database, keyRing: parseKeyRing(keys) });

describe('sealed text', () => {
  const key = randomBytes(32);

  it('refuses a tag cut to 4 bytes', () => {
    const parts = sealText(key, 'k', place('w'), 'secret').split('.');
    parts[3] = Buffer.from(parts[3] ?? '', 'base64url')
      .subarray(0, 4)
      .toString('base64url');
    expect(() => openText(key, place('w'), parts.join('.'))).toThrow(
      expect.objectContaining({ code: 'SECRET_UNREADABLE' }),
    );
  });

  it.each([
    ['another workspace', { ...place('w'), workspaceId: 'v' }],
    ['another row', { ...place('w'), row: 'row-2' }],
    ['another table', { ...place('w'), table: 'flow_hook' }],
    ['another column', { ...place('w'), column: 'name' }],
  ])('does not open in %s', (_name, elsewhere) => {
    const sealed = sealText(key, 'k', place('w'), 'secret');
    expect(openText(key, place('w'), sealed)).toBe('secret');
    expect(() => openText(key, elsewhere, sealed)).toThrow(expect.objectContaining({ code: 'SECRET_UNREADABLE' }));
  });

  it.each(['', 'v1', 'v2.a.b.c.d', 'v1.k....', 'plain text'])('refuses %j', (text) => {
    expect(() => openText(key, place('w'), text)).toThrow(expect.objectContaining({ code: 'SECRET_UNREADABLE' }));
  });
});

describe('vault', () => {
  it('opens after a restart what it sealed, and the text does not hold the secret', async () => {
    const sealed = await vaultWith(OLD).seal(place(workspaceId), 'IGQV-canary');
    expect(sealed).not.toContain('canary');
    expect(await vaultWith(OLD).open(place(workspaceId), sealed)).toBe('IGQV-canary');
  });

  it('gives each workspace its own data key', async () => {
    const other = newId();
    await db.database.withWorkspace(other, (tx) =>
      tx.insertInto('heddle.workspace').values({ id: other, name: 'Other' }).execute(),
    );
    const vault = vaultWith(OLD);
    const sealed = await vault.seal(place(workspaceId), 'secret');
    await vault.seal(place(other), 'secret');
    await expect(vault.open(place(other), sealed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  });

  it('agrees on one data key when two processes need the first one together', async () => {
    const [one, two] = [vaultWith(OLD), vaultWith(OLD)];
    const [a, b] = await Promise.all([one.seal(place(workspaceId), 'a'), two.seal(place(workspaceId), 'b')]);
    expect([await two.open(place(workspaceId), a), await one.open(place(workspaceId), b)]).toEqual(['a', 'b']);
  });

  it('rotates without downtime: new key in front, re-wrap, old key gone', async () => {
    const sealed = await vaultWith(OLD).seal(place(workspaceId), 'secret');
    const both = vaultWith(`${NEW},${OLD}`);
    expect(await both.open(place(workspaceId), sealed)).toBe('secret');
    expect(await both.rewrap()).toBeGreaterThan(0);
    expect(await both.rewrap()).toBe(0);
    expect(await vaultWith(NEW).open(place(workspaceId), sealed)).toBe('secret');
    await expect(vaultWith(OLD).open(place(workspaceId), sealed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  });

  it('names the position of a bad key and never the key', () => {
    expect(() => parseKeyRing(`${OLD},hunter2`)).toThrow(/Key 2 in HEDDLE_KEYS/);
    expect(() => parseKeyRing(`${OLD},hunter2`)).not.toThrow(/hunter2/);
  });
});
