import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

async function publish(name: string, nodes: object, edges: [string, string][]): Promise<string> {
  const imported = await server.call('POST', '/api/flows/import', {
    formatVersion: 1,
    name,
    nodes: { start: { type: 'core/manual', v: 1, config: {} }, ...nodes },
    edges: edges.map(([from, to]) => ({ from, to })),
  });
  const { id } = imported.body;
  const published = await server.call('POST', `/api/flows/${id}/publish`, {});
  expect([name, published.status]).toEqual([name, 200]);
  return id;
}

const node = (type: string, config: object) => ({ type, v: 1, config });
const timeout = { amount: 1, unit: 'days' };

describe('approvals', () => {
  it('are listed, decided once, and the run goes on', async () => {
    const flowId = await publish(
      'Ask first',
      {
        ask: node('core/wait-for-approval', { title: 'Really?', text: 'It costs 10.', timeout }),
        end: node('core/stop', {}),
      },
      [
        ['start.matched', 'ask'],
        ['ask.approved', 'end'],
      ],
    );
    await server.call('POST', `/api/flows/${flowId}/run`, {});
    const open = await server.until(async () => (await server.call('GET', '/api/approvals')).body.items[0]);
    expect(open).toMatchObject({
      flowName: 'Ask first',
      node: 'ask',
      title: 'Really?',
      text: 'It costs 10.',
      contact: null,
    });
    const path = `/api/runs/${open.runId}/approvals/${open.position}`;
    const answers = await Promise.all(
      ['approved', 'rejected'].map((decision) => server.call('POST', path, { decision, note: 'fine' })),
    );
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([202, 409]);
    await server.until(async () => (await server.call('GET', `/api/runs/${open.runId}`)).body.status !== 'waiting');
    expect((await server.call('GET', '/api/approvals')).body.items).toEqual([]);
    expect(await server.call('POST', path, { decision: 'approved' })).toMatchObject({
      status: 409,
      body: { code: 'RUN_NOT_ACTIVE' },
    });
  });
});

describe('named events', () => {
  it('reach the run that waits for them', async () => {
    const flowId = await publish(
      'Await payment',
      { paid: node('core/wait-for-event', { name: 'order.paid', key: 'A1', timeout }), end: node('core/stop', {}) },
      [
        ['start.matched', 'paid'],
        ['paid.arrived', 'end'],
      ],
    );
    await server.call('POST', `/api/flows/${flowId}/run`, {});
    const list = `/api/runs?flowId=${flowId}`;
    await server.until(async () => (await server.call('GET', list)).body.items[0]?.status === 'waiting');
    const report = { name: 'order.paid', key: 'A1', data: { amount: 10 } };
    expect(await server.call('POST', '/api/events', report)).toMatchObject({ status: 202, body: { runs: 1 } });
    await server.until(async () => (await server.call('GET', list)).body.items[0]?.status === 'succeeded');
  });
});

describe('runs that a run started', () => {
  it('are listed below it and nowhere else', async () => {
    const flowId = await publish(
      'Loop',
      {
        each: node('core/for-each', { items: ['a', 'b'], concurrency: 2, onFailure: 'collect', collects: false }),
        set: node('core/set-fields', { values: [{ name: 'seen', value: '{{ nodes.each.item }}' }] }),
      },
      [
        ['start.matched', 'each'],
        ['each.each', 'set'],
      ],
    );
    await server.call('POST', `/api/flows/${flowId}/run`, {});
    const list = `/api/runs?flowId=${flowId}`;
    const run = await server.until(async () =>
      (await server.call('GET', list)).body.items.find((item: { endedAt: string | null }) => item.endedAt !== null),
    );
    expect((await server.call('GET', list)).body.items).toHaveLength(1);
    const below = (await server.call('GET', `/api/runs?parentId=${run.id}`)).body.items;
    expect(below.map((item: { parent: object }) => item.parent)).toEqual(
      expect.arrayContaining([
        { runId: run.id, index: 0 },
        { runId: run.id, index: 1 },
      ]),
    );
  });
});
