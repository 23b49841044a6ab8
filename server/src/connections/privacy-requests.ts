import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { newId, type Database, type Tx } from '../database/index.ts';
import type { Log } from '../log/index.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Connections } from './connections.ts';

/** Contacts that are forgotten in one transaction: each may have hundreds of rows. */
const CONTACTS_AT_ONCE = 50;

export interface PrivacyOptions {
  readonly database: Database;
  readonly connections: Pick<Connections, 'forget'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a platform asks on behalf of a person. */
export interface PrivacyRequest {
  readonly kind: 'deauthorize' | 'delete';
  readonly platform: string;
  /** Whether the sandbox asks; what it says touches its own accounts alone. */
  readonly isSandbox: boolean;
  /** As the platform names the person. */
  readonly personId: string;
  /** What was signed, to recognise the same request when it comes again. */
  readonly signed: string;
}

interface OpenRequest {
  readonly id: string;
  readonly kind: PrivacyRequest['kind'];
  readonly platform: string;
  readonly is_sandbox: boolean;
  readonly person_id: string | null;
}

/**
 * Notes a request durably. The same one again (a retry, or somebody who recorded it) changes nothing and gets the same code.
 *
 * @returns The code with which the person can look how far it is. Nobody can guess it: 80 random bits.
 */
export async function notePrivacyRequest(
  { database, clock }: Pick<PrivacyOptions, 'database' | 'clock'>,
  request: PrivacyRequest,
): Promise<{ code: string; isNew: boolean }> {
  const hash = createHash('sha256')
    .update(`${request.platform}/${request.kind}/${request.isSandbox}/${request.signed}`)
    .digest('hex');
  const code = randomBytes(10).toString('hex').toUpperCase();
  const { rows } = await sql<{ code: string; is_new: boolean }>`
    select code, is_new from heddle.open_privacy_request(${newId()}, ${code}, ${request.platform}, ${request.kind}, ${request.isSandbox}, ${hash},
      ${request.personId}, ${new Date(clock.nowMs())})`.execute(database.anyWorkspace);
  const [row] = rows;
  return { code: row?.code ?? code, isNew: row?.is_new ?? true };
}

/** How far a deletion is; undefined for a code that was never given out. */
export async function findDeletion(
  database: Database,
  code: string,
): Promise<{ receivedAt: Date; finishedAt: Date | null } | undefined> {
  const { rows } = await sql<{ received_at: Date; finished_at: Date | null }>`
    select received_at, finished_at from heddle.find_privacy_request(${code})`.execute(database.anyWorkspace);
  const [row] = rows;
  return row === undefined ? undefined : { receivedAt: row.received_at, finishedAt: row.finished_at };
}

/**
 * Carries out every request that is open. Each step is harmless when done twice, so a process that dies leaves the rest to the next one;
 * what fails stays open.
 */
export async function carryOutPrivacyRequests(options: PrivacyOptions): Promise<void> {
  const { database, clock, log } = options;
  const { rows } =
    await sql<OpenRequest>`select id, kind, platform, is_sandbox, person_id from heddle.open_privacy_requests()`.execute(
      database.anyWorkspace,
    );
  for (const request of rows) {
    const facts = { platform: request.platform, kind: request.kind, privacyRequestId: request.id };
    try {
      if (request.person_id !== null) await carryOut(options, request, request.person_id);
      await sql`select heddle.finish_privacy_request(${request.id}, ${new Date(clock.nowMs())})`.execute(
        database.anyWorkspace,
      );
      log.info(facts, 'A privacy request was carried out');
    } catch (error) {
      log.error({ ...facts, error }, 'A privacy request could not be carried out; trying again later');
    }
  }
}

async function carryOut(options: PrivacyOptions, request: OpenRequest, personId: string): Promise<void> {
  const { database } = options;
  const { platform, is_sandbox: isSandbox, kind } = request;
  const { rows: own } = await sql<{ workspace_id: string; connection_id: string }>`
    select workspace_id, connection_id from heddle.find_own_connections(${platform}, ${isSandbox}, ${personId})`.execute(
    database.anyWorkspace,
  );
  for (const { workspace_id: workspaceId, connection_id: connectionId } of own) {
    await revoke(options, workspaceId, connectionId, kind);
    if (kind === 'deauthorize') continue;
    await eraseContactsOf(options, workspaceId, connectionId);
    // Last of all: by these ids the account is found again, should this have to be done a second time.
    await eraseProfile(options, workspaceId, connectionId);
  }
  if (kind === 'delete') await erasePerson(options, platform, isSandbox, personId);
}

/** The owner took the access back: the token goes, so nothing is sent any more, and the members are told. After a deletion nothing comes in either. */
async function revoke(
  { database, connections, clock }: PrivacyOptions,
  workspaceId: string,
  connectionId: string,
  kind: PrivacyRequest['kind'],
): Promise<void> {
  const now = new Date(clock.nowMs());
  const reason =
    kind === 'delete'
      ? 'The owner of the account had all its data deleted.'
      : 'The owner took the access back at the platform. Connect the account again to go on.';
  await database.withWorkspace(workspaceId, async (tx) => {
    const before = await tx
      .selectFrom('heddle.connection')
      .select(['username', 'token_sealed'])
      .where('id', '=', connectionId)
      .forUpdate()
      .executeTakeFirst();
    await tx
      .updateTable('heddle.connection')
      .set({ token_sealed: null, token_expires_at: null, status: 'revoked', status_reason: reason, updated_at: now })
      .where('id', '=', connectionId)
      .execute();
    if (kind === 'delete') await sql`select heddle.release_connection_route(${connectionId}::uuid)`.execute(tx);
    // An account without a token was of no use before: nobody needs to hear of it.
    if (before !== undefined && before.token_sealed !== null)
      await tellMembers(
        tx,
        workspaceId,
        connectionId,
        kind === 'delete' ? reason : `@${before.username}: ${reason}`,
        now,
      );
  });
  connections.forget(workspaceId, connectionId);
}

/** The row stays, because flows and runs of nobody refer to it, and names nobody. */
async function eraseProfile(
  { database, connections, clock }: PrivacyOptions,
  workspaceId: string,
  connectionId: string,
): Promise<void> {
  const now = new Date(clock.nowMs());
  await database.withWorkspace(workspaceId, (tx) =>
    tx
      .updateTable('heddle.connection')
      .set({
        external_id: `erased:${connectionId}`,
        app_scoped_id: null,
        username: 'deleted account',
        name: 'Deleted account',
        picture_url: null,
        is_default: false,
        disconnected_at: now,
        updated_at: now,
      })
      .where('id', '=', connectionId)
      .execute(),
  );
  connections.forget(workspaceId, connectionId);
}

async function tellMembers(tx: Tx, workspaceId: string, connectionId: string, text: string, now: Date): Promise<void> {
  await sql`
    insert into heddle.member_notice (workspace_id, id, node, text, topic, connection_id, created_at)
    values (${workspaceId}, ${newId()}, '', ${text}, 'connection', ${connectionId}, ${now})`.execute(tx);
}

/** Everybody who wrote to an account: what we know of them we know by its owner's permission. */
async function eraseContactsOf(
  { database, clock }: PrivacyOptions,
  workspaceId: string,
  connectionId: string,
): Promise<void> {
  for (;;) {
    const left = await database.withWorkspace(workspaceId, async (tx) => {
      const { rows } = await sql<{ id: string }>`
        select id from heddle.contact where connection_id = ${connectionId} order by id limit ${CONTACTS_AT_ONCE}`.execute(
        tx,
      );
      if (rows.length > 0)
        await eraseContacts(
          tx,
          workspaceId,
          rows.map(({ id }) => id),
          clock.nowMs(),
        );
      return rows.length === CONTACTS_AT_ONCE;
    });
    if (!left) return;
  }
}

async function erasePerson(
  { database, clock }: PrivacyOptions,
  platform: string,
  isSandbox: boolean,
  personId: string,
): Promise<void> {
  const { rows } = await sql<{ workspace_id: string; contact_id: string }>`
    select workspace_id, contact_id from heddle.find_person(${platform}, ${isSandbox}, ${personId})`.execute(
    database.anyWorkspace,
  );
  for (const { workspace_id: workspaceId, contact_id: contactId } of rows)
    await database.withWorkspace(workspaceId, (tx) => eraseContacts(tx, workspaceId, [contactId], clock.nowMs()));
}

async function eraseContacts(tx: Tx, workspaceId: string, ids: readonly string[], nowMs: number): Promise<void> {
  await sql`select heddle.erase_contacts(${workspaceId}::uuid, ${sql.val([...ids])}::uuid[], ${new Date(nowMs)})`.execute(
    tx,
  );
}
