import { createHmac } from 'node:crypto';
import { SANDBOX_APP, SCOPES, SEED_ACCOUNT_ID } from '@heddle/nodes/sandbox';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';

const SANDBOX = '/sandbox/instagram/_sandbox';
const TABLES_OF_A_PERSON = ['contact', 'inbound_event', 'run', 'node_run', 'outbox', 'wait', 'flow_start'];

let server: TestServer;
let otherAccountId: string;
beforeAll(async () => {
  server = await startTestServer();
  otherAccountId = (await server.call('POST', `${SANDBOX}/accounts`, { username: 'second.shop', name: 'Second shop' }))
    .body.id;
  await connect(otherAccountId);
  await answerEverybody();
});
afterAll(() => server.stop());

/** What the owner of an account does at the platform to let us in. */
async function connect(accountId: string): Promise<void> {
  const { url } = (await server.call('GET', '/api/instagram/auth/url')).body;
  const form = new URLSearchParams(new URL(url).searchParams);
  form.set('account', accountId);
  form.set('decision', 'allow');
  for (const scope of SCOPES) form.append('granted', scope);
  const answer = await fetch(`${server.url}/sandbox/instagram/oauth/authorize`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const back = new URL(answer.headers.get('location') ?? '');
  expect((await server.call('GET', `${back.pathname}${back.search}`)).status).toBe(302);
}

/** A live flow that answers each message and then waits for the next one. */
async function answerEverybody(): Promise<void> {
  const { id } = (
    await server.call('POST', '/api/flows/import', {
      formatVersion: 1,
      name: 'Answer',
      connections: { shop: { platform: 'instagram', label: 'Shop' } },
      nodes: {
        start: {
          type: 'instagram/message-received',
          v: 1,
          config: { connection: '@shop', match: 'any', keywords: [], payloads: [], stories: 'include' },
        },
        say: {
          type: 'instagram/send-message',
          v: 1,
          config: { connection: '@shop', parts: [{ kind: 'text', text: 'Hi' }] },
        },
        ask: {
          type: 'core/wait-for-approval',
          v: 1,
          config: { title: 'Go on?', text: '', timeout: { amount: 1, unit: 'days' } },
        },
      },
      edges: [
        { from: 'start.matched', to: 'say' },
        { from: 'say.sent', to: 'ask' },
      ],
    })
  ).body;
  expect(await server.call('POST', `/api/flows/${id}/publish`, {})).toMatchObject({ status: 200 });
}

const write = (personaId: string, text: string) =>
  server.call('POST', `${SANDBOX}/act`, { accountId: SEED_ACCOUNT_ID, personaId, act: { kind: 'text', text } });
const contacts = async () =>
  (await server.call('GET', '/api/contacts')).body.items as { id: string; username: string }[];
const connection = async (externalId: string) =>
  (await server.call('GET', '/api/connections')).body.items.find(
    (item: { externalId: string }) => item.externalId === externalId,
  );
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = (payload: object, secret: string = SANDBOX_APP.secret) => {
  const encoded = encode({ algorithm: 'HMAC-SHA256', ...payload });
  const request = `${createHmac('sha256', secret).update(encoded).digest('base64url')}.${encoded}`;
  return new URLSearchParams({ signed_request: request }).toString();
};
/** As the platform calls: no session, a form. */
const callBack = (path: string, body: string) =>
  server.call('POST', path, body, { authorization: '', 'content-type': 'application/x-www-form-urlencoded' });
const page = (code: string) => server.call('GET', `/data-deletion/${code}`, undefined, { authorization: '' });
const isDeleted = async (code: string) => (await page(code)).body.includes('Your data was deleted');

async function countRows(): Promise<Record<string, number>> {
  const workspaceId = await server.workspaceId();
  const counts: Record<string, number> = {};
  await server.database.withWorkspace(workspaceId, async (tx) => {
    for (const table of TABLES_OF_A_PERSON) {
      const { rows } = await sql<{
        count: number;
      }>`select count(*)::int as count from ${sql.raw(`heddle.${table}`)}`.execute(tx);
      counts[table] = rows[0]?.count ?? -1;
    }
  });
  return counts;
}

describe('what anybody may send', () => {
  it.each([
    ['nothing', ''],
    ['a signature of another secret', signed({ user_id: '1' }, 'guessed')],
    [
      'a payload without its signature',
      new URLSearchParams({ signed_request: `.${encode({ user_id: '1' })}` }).toString(),
    ],
    ['JSON', '{"signed_request":"x.y"}'],
  ])('is refused: %s', async (_what, body) => {
    for (const path of ['/api/instagram/deauthorize', '/api/instagram/data-deletion'])
      expect(await callBack(path, body)).toMatchObject({ status: 401, body: { code: 'WEBHOOK_SIGNATURE_INVALID' } });
  });

  it('is refused by another method, and when it is too much', async () => {
    expect((await server.call('GET', '/api/instagram/data-deletion')).status).toBe(405);
    expect((await callBack('/api/instagram/deauthorize', `signed_request=${'x'.repeat(20_000)}`)).status).toBe(413);
  });

  it('gets no page for a code that nobody was given', async () => {
    for (const code of ['', '0123456789ABCDEF0123', '<script>'])
      expect(await page(code)).toMatchObject({
        status: 404,
        body: expect.stringContaining('no request with this code'),
      });
  });
});

describe('a person who asks for deletion', () => {
  it('is forgotten with all that was written and all that waited, and nobody else is', async () => {
    await write('lena', 'Hello, I am Lena Secret');
    await write('juma', 'Habari');
    await server.until(async () => (await server.call('GET', '/api/runs?status=waiting')).body.items.length === 2);
    await server.until(async () => (await contacts()).length === 2);
    await echoesAreIn(2);
    const asked = await server.call('POST', `${SANDBOX}/accounts/${SEED_ACCOUNT_ID}/threads/lena/request-deletion`, {});
    expect(asked.body).toMatchObject({ callbackStatus: 200 });
    expect(asked.body.url).toBe(`${server.url}/data-deletion/${asked.body.confirmationCode}`);
    await waitForDeletion(asked.body.confirmationCode);
    const left = await contacts();
    expect(left).toHaveLength(1);
    expect((await server.call('GET', '/api/runs')).body.items).toMatchObject([
      { status: 'waiting', contact: { id: left[0]?.id } },
    ]);
    for (const path of ['/api/events', '/api/outbox', '/api/runs', '/api/contacts'])
      expect(JSON.stringify((await server.call('GET', path)).body)).not.toContain('Lena Secret');
    const counts = await countRows();
    expect(counts).toMatchObject({ contact: 1, run: 1, wait: 1, outbox: 1 });
  });

  it('gets the same code for the same request, and what came in since stays', async () => {
    const request = signed({ user_id: '1234567', issued_at: 1 });
    const first = await callBack('/api/instagram/data-deletion', request);
    const again = await callBack('/api/instagram/data-deletion', `${request}&other=field`);
    expect(again).toMatchObject({ status: 200, body: first.body });
    // Nobody by that id is known: there is nothing to delete, and the page says that nothing is left.
    await waitForDeletion(first.body.confirmation_code);
    const later = await callBack('/api/instagram/data-deletion', signed({ user_id: '1234567', issued_at: 2 }));
    expect(later.body.confirmation_code).not.toBe(first.body.confirmation_code);
    expect(await contacts()).toHaveLength(1);
  });

  it('can write again as somebody new', async () => {
    await write('lena', 'Hello again');
    await server.until(async () => (await contacts()).length === 2);
    // Juma's and the new one; those of before were forgotten.
    await echoesAreIn(2);
    expect(await contacts()).toHaveLength(2);
  });
});

describe('an owner', () => {
  it('who takes the access back stops the sending of that account alone; the members are told', async () => {
    expect(await connection(otherAccountId)).toMatchObject({ status: 'connected' });
    const answer = await server.call('POST', `${SANDBOX}/accounts/${otherAccountId}/deauthorize`, {});
    expect(answer.body.callbackStatus).toBe(200);
    await server.until(async () => (await connection(otherAccountId)).status === 'revoked');
    expect(await connection(otherAccountId)).toMatchObject({
      statusReason: expect.stringContaining('took the access back'),
    });
    expect(await connection(SEED_ACCOUNT_ID)).toMatchObject({ status: 'connected' });
    const { id } = await connection(otherAccountId);
    expect((await server.call('POST', `/api/connections/${id}/verify`)).body.code).toBe('CONNECTION_NOT_READY');
    const told = async () => (await server.call('GET', '/api/notices')).body.items;
    expect(await told()).toMatchObject([{ topic: 'connection', connectionId: id }]);
    // Connected again, a repeated delivery of the old request changes nothing.
    await connect(otherAccountId);
    expect(await connection(otherAccountId)).toMatchObject({ status: 'connected' });
  });

  it('who asks for deletion is forgotten with everybody who wrote to the account', async () => {
    const answer = await server.call('POST', `${SANDBOX}/accounts/${SEED_ACCOUNT_ID}/request-deletion`, {});
    await waitForDeletion(answer.body.confirmationCode);
    expect(await connection(SEED_ACCOUNT_ID)).toBeUndefined();
    expect(await contacts()).toEqual([]);
    expect(await countRows()).toEqual(Object.fromEntries(TABLES_OF_A_PERSON.map((table) => [table, 0])));
    const workspaceId = await server.workspaceId();
    const rows = await server.database.withWorkspace(workspaceId, (tx) =>
      tx.selectFrom('heddle.connection').selectAll().where('token_sealed', 'is', null).execute(),
    );
    expect(rows).toMatchObject([{ username: 'deleted account', name: 'Deleted account', picture_url: null }]);
    expect(JSON.stringify(rows)).not.toContain(SEED_ACCOUNT_ID);
  });
});

/** The platform's echo of our answer is about the person too: one that came after a deletion would make a contact of what it says. */
async function echoesAreIn(count: number): Promise<void> {
  await server.until(async () => {
    const { items } = (await server.call('GET', '/api/events?kind=instagram/echo')).body;
    return items.length === count && items.every((item: { state: string }) => item.state === 'completed');
  });
}

/** The page is what tells; nothing goes over the live stream when nothing of a workspace changed. */
async function waitForDeletion(code: string): Promise<void> {
  await expect.poll(() => isDeleted(code), { timeout: 50_000, interval: 50 }).toBe(true);
}
