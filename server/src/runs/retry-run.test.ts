import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server.stop());

const flow = {
  formatVersion: 1,
  name: 'By hand',
  nodes: {
    start: { type: 'core/manual', v: 1, config: {} },
    end: { type: 'core/stop', v: 1, config: {} },
  },
  edges: [{ from: 'start.matched', to: 'end' }],
};

it('a run that has succeeded is neither retried nor cancelled', async () => {
  const { id } = (await server.call('POST', '/api/flows/import', flow)).body;
  expect((await server.call('POST', `/api/flows/${id}/publish`, {})).status).toBe(200);
  expect((await server.call('POST', `/api/flows/${id}/run`, {})).status).toBe(202);
  const run = await server.until(async () => {
    const [found] = (await server.call('GET', `/api/runs?flowId=${id}`)).body.items;
    return found?.status === 'succeeded' ? found : undefined;
  });
  expect(await server.call('POST', `/api/runs/${run.id}/retry`)).toMatchObject({
    status: 409,
    body: { code: 'RUN_NOT_RETRYABLE', detail: 'The run is succeeded; only a failed one can be retried.' },
  });
  expect(await server.call('POST', `/api/runs/${run.id}/cancel`)).toMatchObject({
    status: 409,
    body: { code: 'RUN_NOT_ACTIVE' },
  });
});
