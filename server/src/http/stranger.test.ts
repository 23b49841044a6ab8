import { ENDPOINTS, type Endpoint } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../database/index.ts';
import { startTestServer, type TestServer } from '../testing/index.ts';

/** Two workspaces with one of everything; every operation is called by one with the ids of the other. */
let server: TestServer;
let mine: { workspaceId: string; key: string };
/** Ids of the other workspace by the first part of the path. */
let theirs: Record<string, string>;

beforeAll(async () => {
  server = await startTestServer();
  const connectionId = (await server.call('GET', '/api/connections')).body.items[0].id;
  const nodes = { start: { type: 'core/manual', v: 1, config: {} }, end: { type: 'core/stop', v: 1, config: {} } };
  const { id: flowId } = (
    await server.call('POST', '/api/flows/import', {
      formatVersion: 1,
      name: 'Theirs',
      nodes,
      edges: [{ from: 'start.matched', to: 'end' }],
    })
  ).body;
  await server.call('POST', `/api/flows/${flowId}/publish`, {});
  const { eventId } = (await server.call('POST', `/api/flows/${flowId}/run`, {})).body;
  const runId = await server.until(async () => (await server.call('GET', '/api/runs')).body.items[0]?.id);
  const keyId = (await server.call('GET', '/api/api-keys')).body.items[0].id;
  const { id: postId } = (
    await server.call('POST', '/api/social/posts', { connectionId, caption: 'Theirs', media: [] })
  ).body;
  const workspaceId = await server.workspaceId();
  const [contactId, outboxId, scanId, storeId, draftId] = [newId(), newId(), newId(), newId(), newId()];
  await server.database.withWorkspace(workspaceId, async (tx) => {
    await sql`insert into heddle.contact (workspace_id, id, connection_id, platform, platform_id, last_event_at)
      values (${workspaceId}, ${contactId}, ${connectionId}, 'instagram', '1', now())`.execute(tx);
    await sql`insert into heddle.outbox (workspace_id, id, run_id, flow_id, node, visit, key, connection_id, state, kind, action, summary, created_at)
      values (${workspaceId}, ${outboxId}, ${runId}, ${flowId}, 'end', 1, '1', ${connectionId}, 'unknown', 'message', '{}', 'Theirs', now())`.execute(
      tx,
    );
    await sql`insert into heddle.catalog_scan (workspace_id, id, connection_id, status, options, started_at)
      values (${workspaceId}, ${scanId}, ${connectionId}, 'running', '{}', now())`.execute(tx);
    await sql`insert into heddle.store (workspace_id, id, name, is_default, currency)
      values (${workspaceId}, ${storeId}, 'Theirs', true, 'KES')`.execute(tx);
    await sql`insert into heddle.product_draft (workspace_id, id, store_id, source_key, caption, name, description, price_minor, currency, tags,
        variants, confidence, needs_review, extractor, notes, status, expires_at, created_at, updated_at)
      values (${workspaceId}, ${draftId}, ${storeId}, 'media:1', '', 'Theirs', '', 100, 'KES', '{}', '[]', 1, false, 'rules', '[]', 'pending',
        now() + interval '7 days', now(), now())`.execute(tx);
  });
  theirs = {
    flows: flowId,
    runs: runId,
    events: eventId,
    connections: connectionId,
    contacts: contactId,
    outbox: outboxId,
    'api-keys': keyId,
    instagram: scanId,
    products: draftId,
    social: postId,
  };
  mine = await server.addWorkspace('stranger');
});
afterAll(() => server.stop());

const withId = ENDPOINTS.filter((endpoint) => endpoint.path.includes(':id'));
const withoutId = ENDPOINTS.filter((endpoint) => !endpoint.path.includes(':') && endpoint.method === 'GET');
const resource = (endpoint: Endpoint): string => endpoint.path.split('/')[2] ?? '';

/** Bodies that would be accepted, so that the 404 is about the id. */
const BODIES: Record<string, unknown> = {
  'flows.change': { baseRevision: 1, operations: [{ kind: 'setName', name: 'Mine now' }] },
  'flows.bind': { connections: {}, inputs: {} },
  'outbox.settle': { outcome: 'sent' },
  'contacts.takeOver': { minutes: 10 },
  'runs.decide': { decision: 'approved' },
  'flows.options': { type: 'contacts/tag', field: 'add', config: {} },
  'catalog.changeDraft': { name: 'Mine now' },
};

const call = (endpoint: Endpoint, key: string) => {
  const path = endpoint.path
    .replace(':id', theirs[resource(endpoint)] ?? 'missing')
    .replace(':version', '1')
    .replace(':position', 'p1');
  const takesBody = !('not' in endpoint.body);
  return server.call(endpoint.method, path, takesBody ? (BODIES[endpoint.id] ?? {}) : undefined, {
    authorization: `Bearer ${key}`,
  });
};

describe('a stranger', () => {
  it.each(withId.map((endpoint) => [endpoint.id, endpoint] as const))('gets 404 from %s', async (_id, endpoint) => {
    expect(await call(endpoint, mine.key)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  it.each(withoutId.map((endpoint) => [endpoint.id, endpoint] as const))(
    'sees nothing of theirs in %s',
    async (_id, endpoint) => {
      const answer = await call(endpoint, mine.key);
      const text = JSON.stringify(answer.body);
      for (const id of Object.values(theirs)) expect(text).not.toContain(id);
      expect(text).not.toContain(await server.workspaceId());
    },
  );

  it('cannot bind their account, switch to their workspace or see their changes live', async () => {
    const auth = { authorization: `Bearer ${mine.key}` };
    const flow = (
      await server.call(
        'POST',
        '/api/flows/import',
        {
          formatVersion: 1,
          name: 'Mine',
          connections: { shop: { platform: 'instagram', label: 'Shop' } },
          nodes: {},
          edges: [],
        },
        auth,
      )
    ).body;
    expect(
      (
        await server.call(
          'PUT',
          `/api/flows/${flow.id}/bindings`,
          { connections: { shop: theirs['connections'] }, inputs: {} },
          auth,
        )
      ).status,
    ).toBe(404);
    expect(
      (await server.call('POST', '/api/session/workspace', { workspaceId: await server.workspaceId() }, auth)).status,
    ).toBe(404);
  });

  it('the owner of the ids is let through by the same calls', async () => {
    for (const endpoint of withId.filter((item) => item.method === 'GET' && item.id !== 'connections.media')) {
      expect([endpoint.id, (await call(endpoint, server.key)).status]).toEqual([endpoint.id, 200]);
    }
  });
});

describe('SQL under the role of the server', () => {
  it('sees no row of theirs in any table', async () => {
    const tables = await server.database.pool.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'heddle' and c.relkind in ('r', 'p') and not c.relispartition and c.relname not like 'kysely\\_%' order by 1`,
    );
    const seen: string[] = [];
    for (const { name } of tables.rows) {
      // What belongs to no workspace is not to be seen at all.
      const column =
        name === 'heddle.workspace' ? 'id' : name === 'heddle.privacy_request' ? 'null::uuid' : 'workspace_id';
      const { rows } = await server.database.withWorkspace(mine.workspaceId, (tx) =>
        sql<{
          count: number;
        }>`select count(*)::int as count from ${sql.raw(name)} where ${sql.raw(column)} is distinct from ${mine.workspaceId}::uuid`.execute(
          tx,
        ),
      );
      if (rows[0]?.count !== 0) seen.push(name);
    }
    expect(tables.rows.length).toBeGreaterThan(15);
    expect(seen).toEqual([]);
  });
});
