import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const path = '/api/messaging-rules';
const quietHours = { from: '21:00', to: '08:00', timeZone: 'Africa/Nairobi' };

it('are empty until they are set, then what was set', async () => {
  expect(await server.call('GET', path)).toMatchObject({ status: 200, body: {} });
  const rules = { quietHours, caps: [{ messages: 5, periodHours: 24 }], takeoverMinutes: 30 };
  expect(await server.call('PUT', path, rules)).toMatchObject({ status: 200, body: rules });
  expect((await server.call('GET', path)).body).toEqual(rules);
});

it.each([
  ['a zone that does not exist', { quietHours: { ...quietHours, timeZone: 'Mars/Olympus' } }],
  ['a time that does not exist', { quietHours: { ...quietHours, from: '24:00' } }],
  ['a cap of nothing', { caps: [{ messages: 0, periodHours: 24 }] }],
  ['a rule that is not known', { quietDays: ['sunday'] }],
])('refuse %s', async (_, rules) => {
  expect(await server.call('PUT', path, rules)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
});
