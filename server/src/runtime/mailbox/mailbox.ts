import { sql } from 'kysely';
import type pg from 'pg';
import type { Tx } from '../../database/index.ts';
import type { Clock } from '../clock.ts';

/** A subject that is ours until the lease ends. */
export interface Claim {
  readonly workspaceId: string;
  readonly subject: string;
  /** Named in every write: another claim has made it grow, and ours no longer counts. */
  readonly fence: string;
  /** How many turns before this one ended with the death of their worker. */
  readonly crashes: number;
  /** What the mailbox counter said when we last looked. */
  readonly posted: string;
}

/** 15 s: renewed every 5 s, so it only ends when a process is gone or stuck; a crashed subject waits that long at most. */
export const LEASE_MS = 15_000;

export interface Mailbox {
  /** Takes up to `most` subjects that are ready, in all workspaces. */
  claim(most: number): Promise<Claim[]>;
  /** Prolongs leases; answers with the keys (`workspace subject`) that are still ours. */
  renew(claims: readonly Claim[]): Promise<Set<string>>;
  /** When the next turn is due, or null. */
  nextReadyAtMs(): Promise<number | null>;
}

export function createMailbox(deps: { pool: pg.Pool; clock: Clock; leaseMs: number }): Mailbox {
  const { pool, clock, leaseMs } = deps;
  return {
    async claim(most) {
      const { rows } = await pool.query<{
        workspace_id: string;
        key: string;
        fence: string;
        posted: string;
        crashes: number;
      }>({
        name: 'heddle-claim',
        text: 'select * from heddle.claim_subjects($1::timestamptz, $2::integer, $3::integer)',
        values: [new Date(clock.nowMs()), most, leaseMs],
      });
      return rows.map((row) => ({
        workspaceId: row.workspace_id,
        subject: row.key,
        fence: row.fence,
        posted: row.posted,
        crashes: row.crashes,
      }));
    },
    async renew(claims) {
      const { rows } = await pool.query<{ workspace_id: string; key: string }>({
        name: 'heddle-renew',
        text: 'select * from heddle.renew_leases($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz)',
        values: [
          claims.map((claim) => claim.workspaceId),
          claims.map((claim) => claim.subject),
          claims.map((claim) => claim.fence),
          new Date(clock.nowMs() + leaseMs),
        ],
      });
      return new Set(rows.map((row) => claimKey(row.workspace_id, row.key)));
    },
    async nextReadyAtMs() {
      const { rows } = await pool.query<{ at: Date | null }>('select heddle.next_ready_at() as at');
      return rows[0]?.at?.getTime() ?? null;
    },
  };
}

/** Name of a subject across workspaces. */
export function claimKey(workspaceId: string, subject: string): string {
  return `${workspaceId} ${subject}`;
}

/** Gives a subject back unserved; it is ready again at `atMs`. */
export async function postponeSubject(tx: Tx, claim: Claim, atMs: number): Promise<void> {
  await sql`
    update heddle.subject set ready_at = ${new Date(atMs)}, lease_until = null
    where workspace_id = ${claim.workspaceId} and key = ${claim.subject} and fence = ${claim.fence}::bigint`.execute(
    tx,
  );
}

/** Makes a subject ready now, as if something had been put in. For changes that people make to its runs. */
export async function wakeSubject(tx: Tx, workspaceId: string, subject: string, atMs: number): Promise<void> {
  await sql`
    insert into heddle.subject as s (workspace_id, key, ready_at) values (${workspaceId}, ${subject}, ${new Date(atMs)})
    on conflict (workspace_id, key) do update set posted = s.posted + 1, lane = 0, ready_at = least(s.ready_at, excluded.ready_at)`.execute(
    tx,
  );
}
