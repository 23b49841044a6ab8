import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../database/index.ts';
import { startTestServer, type TestServer } from '../testing/index.ts';

let server: TestServer;
let path: string;
beforeAll(async () => {
  server = await startTestServer();
  const { body } = await server.call('POST', '/api/flows', { name: 'Tagging' });
  path = `/api/flows/${body.id}/options`;
  const workspaceId = await server.workspaceId();
  await server.database.withWorkspace(workspaceId, (tx) =>
    sql`
      insert into heddle.contact (workspace_id, id, connection_id, platform, platform_id, tags, fields, last_event_at)
      select ${workspaceId}, ${newId()}, c.id, 'instagram', 'p1', '{VIP,"new here"}', '{"city":"Kisumu"}', now() from heddle.connection c limit 1`.execute(
      tx,
    ),
  );
});
afterAll(() => server.stop());

const ask = (field: string, search?: string, type = 'contacts/tag') =>
  server.call('POST', path, { type, field, config: {}, ...(search === undefined ? {} : { search }) });

it('lists what the plugin knows, narrowed to what was typed', async () => {
  expect(await ask('add')).toMatchObject({
    status: 200,
    body: {
      items: [
        { value: 'VIP', label: 'VIP' },
        { value: 'new here', label: 'new here' },
      ],
    },
  });
  expect((await ask('remove', 'vi')).body.items).toEqual([{ value: 'VIP', label: 'VIP' }]);
  expect((await ask('name', undefined, 'contacts/set-field')).body.items).toEqual([{ value: 'city', label: 'city' }]);
});

it('says which field or type has no such choices', async () => {
  expect(await ask('colour')).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
  expect(await ask('constructor')).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
  expect(await ask('add', undefined, 'acme/none')).toMatchObject({ status: 422, body: { code: 'NODE_TYPE_UNKNOWN' } });
});

it('shows nothing of another workspace', async () => {
  const { key } = await server.addWorkspace('Other');
  const headers = { authorization: `Bearer ${key}` };
  const body = { type: 'contacts/tag', field: 'add', config: {} };
  expect((await server.call('POST', path, body, headers)).status).toBe(404);
  const own = await server.call('POST', '/api/flows', { name: 'Theirs' }, headers);
  expect((await server.call('POST', `/api/flows/${own.body.id}/options`, body, headers)).body.items).toEqual([]);
});
