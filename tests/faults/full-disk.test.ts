import { createHmac } from 'node:crypto';
import { SANDBOX_APP } from '@heddle/nodes/sandbox';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestServer, type TestServer } from '../../server/src/testing/index.ts';

let server: TestServer;
let owner: pg.Client;
let accountId: string;
beforeAll(async () => {
  server = await startTestServer();
  owner = new pg.Client({ connectionString: server.ownerUrl });
  await owner.connect();
  await owner.query(`
    create function public.disk_is_full() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`);
  accountId = (await server.call('GET', '/api/connections')).body.items[0].externalId;
  const { id } = (await server.call('POST', '/api/flows/import', FLOW)).body;
  await server.call('POST', `/api/flows/${id}/publish`, {});
});
afterAll(async () => {
  await owner?.end();
  await server?.stop();
});
beforeEach(() => async () => {
  for (const table of TABLES) await makeRoom(table);
});

const FLOW = {
  formatVersion: 1,
  name: 'Remember who asks',
  connections: { shop: { platform: 'instagram', label: 'Shop' } },
  nodes: {
    asked: {
      type: 'instagram/comment-received',
      v: 1,
      config: { connection: '@shop', match: 'any', keywords: [], posts: 'any', includeReplies: false },
    },
    tag: { type: 'contacts/tag', v: 1, config: { add: ['asked'], remove: [] } },
  },
  edges: [{ from: 'asked.matched', to: 'tag' }],
};

/** Tables that grow with the work. */
const TABLES = ['inbound_event', 'run', 'flow'] as const;
type Table = (typeof TABLES)[number];

/** From now on Postgres says of every new row of the table what it says on a full disk. */
const fillUp = (table: Table) =>
  owner.query(
    `create trigger full_disk before insert on heddle.${table} for each row execute function public.disk_is_full()`,
  );
const makeRoom = (table: Table) => owner.query(`drop trigger if exists full_disk on heddle.${table}`);

async function deliver(commentId: string): Promise<number> {
  const value = {
    id: commentId,
    text: 'price',
    from: { id: `9${commentId}`, username: 'someone' },
    media: { id: '1' },
  };
  const entry = [{ id: accountId, time: 1_790_000_000, changes: [{ field: 'comments', value }] }];
  const body = JSON.stringify({ object: 'instagram', entry });
  const signature = createHmac('sha256', SANDBOX_APP.secret).update(body).digest('hex');
  const headers = {
    'x-hub-signature-256': `sha256=${signature}`,
    'content-type': 'application/json',
    authorization: '',
  };
  return (await server.call('POST', '/api/webhooks/instagram', body, headers)).status;
}

const eventsOf = async (commentId: string) =>
  (await server.call('GET', '/api/events?kind=instagram/comment')).body.items.filter(
    (item: { data: { commentId: string } }) => item.data.commentId === commentId,
  );

describe('while the disk of Postgres is full', () => {
  it('an event that cannot be stored is answered with 503; its repeated delivery is taken once there is room', async () => {
    await fillUp('inbound_event');
    expect(await deliver('201')).toBe(503);
    expect(await eventsOf('201')).toEqual([]);
    expect((await server.call('GET', '/api/flows')).status).toBe(200);
    await makeRoom('inbound_event');
    expect([await deliver('201'), await deliver('201')]).toEqual([200, 200]);
    const [event, ...more] = await server.until(async () => {
      const found = await eventsOf('201');
      return found[0]?.state === 'completed' ? found : undefined;
    });
    expect([event.runIds.length, more]).toEqual([1, []]);
  });

  it('an event that was stored waits, whole, and becomes one run once there is room', async () => {
    await fillUp('run');
    // The test before this one has made the server say the same.
    const saidBefore = server.logText().length;
    expect(await deliver('202')).toBe(200);
    await vi.waitFor(() => expect(server.logText().slice(saidBefore)).toContain('No space left on device'), 50_000);
    expect(await eventsOf('202')).toMatchObject([{ state: 'pending', runIds: [] }]);
    await makeRoom('run');
    const event = await server.until(async () =>
      (await eventsOf('202')).find((each: { state: string }) => each.state === 'completed'),
    );
    expect(event.runIds).toHaveLength(1);
    expect((await server.call('GET', `/api/runs/${event.runIds[0]}`)).body).toMatchObject({ status: 'succeeded' });
  });

  it('what a member asks for is refused with 503, and nothing of it is kept', async () => {
    await fillUp('flow');
    expect(await server.call('POST', '/api/flows', { name: 'Too much' })).toMatchObject({
      status: 503,
      body: { code: 'UNAVAILABLE' },
    });
    const { items } = (await server.call('GET', '/api/flows')).body;
    expect(items.map((flow: { name: string }) => flow.name)).not.toContain('Too much');
  });
});
