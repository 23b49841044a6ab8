import { randomBytes } from 'node:crypto';
import type { ApiKeyView, Role } from '@heddle/schemas/api';
import { sql, type Selectable } from 'kysely';
import { newId, type Database, type Tx } from '../database/index.ts';
import type { Caller } from '../http/caller.ts';
import type { Clock } from '../runtime/clock.ts';
import { hashSecret } from './auth-options.ts';
import type { AccountTables } from './tables.ts';

type ApiKeyRow = Selectable<AccountTables['heddle.api_key']>;

/** What our keys begin with, so that a leaked one is recognised by secret scanners. */
const PREFIX = 'hdl_';
const SHOWN_CHARACTERS = 10;
/** A key is looked up again after this time, so one that was revoked in another process lives this much longer at most. */
const CACHE_MS = 5_000;
const CACHE_SIZE = 1_000;
/** `last used` is written this often at most. */
const LAST_USED_EVERY_MS = 60_000;

export interface NewApiKey {
  readonly name: string;
  readonly role: Role;
  readonly createdBy: string;
  readonly expiresAt: string | undefined;
}

export interface ApiKeys {
  /** The caller behind a secret, or null when there is no such key or it is too old. */
  identify(secret: string): Promise<Caller | null>;
  list(workspaceId: string): Promise<ApiKeyView[]>;
  /** A fresh key; its secret is known this once. */
  create(workspaceId: string, key: NewApiKey): Promise<{ key: ApiKeyView; secret: string }>;
  /** @returns False when the workspace has no such key. */
  revoke(workspaceId: string, id: string): Promise<boolean>;
}

interface Known {
  readonly id: string;
  readonly caller: Caller;
  readonly expiresAtMs: number;
  readonly cachedUntilMs: number;
}

export function createApiKeys(options: { database: Database; clock: Clock }): ApiKeys {
  const { database, clock } = options;
  const cache = new Map<string, Known>();
  const usedAtMs = new Map<string, number>();

  const load = async (hash: string): Promise<Known | null> => {
    const { rows } = await sql<{
      workspace_id: string;
      id: string;
    }>`select workspace_id, id from heddle.find_api_key(${hash})`.execute(database.anyWorkspace);
    const [found] = rows;
    if (found === undefined) return null;
    const row = await database.withWorkspace(found.workspace_id, (tx) =>
      tx
        .selectFrom('heddle.api_key')
        .select(['role', 'created_by', 'expires_at'])
        .where('id', '=', found.id)
        .executeTakeFirst(),
    );
    if (row === undefined) return null;
    return {
      id: found.id,
      caller: { kind: 'apiKey', memberId: row.created_by, workspaceId: found.workspace_id, role: row.role },
      expiresAtMs: row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY,
      cachedUntilMs: clock.nowMs() + CACHE_MS,
    };
  };

  const noteUse = (known: Known): void => {
    const nowMs = clock.nowMs();
    if (nowMs - (usedAtMs.get(known.id) ?? 0) < LAST_USED_EVERY_MS) return;
    usedAtMs.set(known.id, nowMs);
    database
      .withWorkspace(known.caller.workspaceId, (tx) =>
        tx
          .updateTable('heddle.api_key')
          .set({ last_used_at: new Date(nowMs) })
          .where('id', '=', known.id)
          .execute(),
      )
      .catch(() => undefined); // "last used" is for people to look at; the call itself must not fail for it
  };

  return {
    identify: async (secret) => {
      const hash = hashSecret(secret);
      const cached = cache.get(hash);
      const known = cached !== undefined && cached.cachedUntilMs > clock.nowMs() ? cached : await load(hash);
      if (known === null || known.expiresAtMs <= clock.nowMs()) {
        cache.delete(hash);
        return null;
      }
      if (cache.size >= CACHE_SIZE) cache.clear();
      cache.set(hash, known);
      noteUse(known);
      return known.caller;
    },
    list: (workspaceId) =>
      database.withWorkspace(workspaceId, async (tx) => {
        const rows = await tx
          .selectFrom('heddle.api_key')
          .selectAll()
          .orderBy('created_at', 'desc')
          .orderBy('id')
          .execute();
        return rows.map(toView);
      }),
    create: async (workspaceId, key) => {
      const secret = `${PREFIX}${randomBytes(32).toString('base64url')}`;
      const row = await database.withWorkspace(workspaceId, (tx) => insertApiKey(tx, workspaceId, key, secret));
      return { key: toView(row), secret };
    },
    revoke: async (workspaceId, id) => {
      const row = await database.withWorkspace(workspaceId, (tx) =>
        tx.deleteFrom('heddle.api_key').where('id', '=', id).returning('hash').executeTakeFirst(),
      );
      if (row !== undefined) cache.delete(row.hash);
      return row !== undefined;
    },
  };
}

/** Stores the hash of a key's secret. */
export async function insertApiKey(tx: Tx, workspaceId: string, key: NewApiKey, secret: string): Promise<ApiKeyRow> {
  return tx
    .insertInto('heddle.api_key')
    .values({
      workspace_id: workspaceId,
      id: newId(),
      name: key.name,
      role: key.role,
      prefix: secret.slice(0, SHOWN_CHARACTERS),
      hash: hashSecret(secret),
      created_by: key.createdBy,
      expires_at: key.expiresAt ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

function toView(row: ApiKeyRow): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    prefix: row.prefix,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
  };
}
