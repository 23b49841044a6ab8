import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveChange } from '@heddle/schemas/api';
import { createMigratedDatabase, type MigratedDatabase } from '../database/testing/index.ts';
import { newId } from '../database/index.ts';
import { createLog } from '../log/index.ts';
import { startTestServer, type TestServer } from '../testing/index.ts';
import { createLive, type Live, type LiveNews } from './live.ts';

const log = createLog({ level: 'silent', destination: { write: () => undefined } });
const flowChange = (id = newId()): LiveChange => ({ kind: 'flow', id, draftRevision: 1 });

describe('live updates between processes', () => {
  let db: MigratedDatabase;
  let here: Live;
  let there: Live;
  beforeAll(async () => {
    db = await createMigratedDatabase();
    [here, there] = [0, 1].map(() => createLive({ pool: db.database.pool, appUrl: db.appUrl, log })) as [Live, Live]; // two were made
    await Promise.all([here.start(), there.start()]);
  });
  afterAll(async () => {
    await Promise.all([here.stop(), there.stop()]);
    await db.drop();
  });

  const next = (live: Live, workspaceId: string, count = 1) =>
    new Promise<LiveNews[]>((resolve) => {
      const news: LiveNews[] = [];
      const end = live.subscribe(workspaceId, (item) => {
        news.push(item);
        if (news.length === count) {
          end();
          resolve(news);
        }
      });
    });

  it('reach the pages of that workspace in every process, equal ones once', async () => {
    const workspaceId = newId();
    const change = flowChange();
    const arrived = next(there, workspaceId);
    here.publish(newId(), [flowChange()]);
    here.publish(workspaceId, [change]);
    here.publish(workspaceId, [change]);
    expect(await arrived).toEqual([{ kind: 'changes', changes: [change] }]);
  });

  it('are split when they do not fit into one notification', async () => {
    const workspaceId = newId();
    const changes = Array.from({ length: 300 }, () => flowChange());
    const arrived: LiveChange[] = [];
    const all = new Promise<void>((resolve) => {
      there.subscribe(workspaceId, (news) => {
        if (news.kind === 'changes') arrived.push(...news.changes);
        if (arrived.length === changes.length) resolve();
      });
    });
    here.publish(workspaceId, changes);
    await all;
    expect(arrived).toEqual(changes);
  });

  it('go on after the connection broke, and say that some may have been missed', async () => {
    const workspaceId = newId();
    const arrived = next(there, workspaceId);
    await db.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'heddle live' and datname = current_database()`,
    );
    expect(await arrived).toEqual([{ kind: 'resync' }]);
  });
});

describe('GET /api/live', () => {
  let server: TestServer;
  beforeAll(async () => void (server = await startTestServer()));
  afterAll(() => server.stop());

  /** Opens the stream; `read` gives the next text that is no heartbeat. */
  async function open(query = '', headers: Record<string, string> = {}) {
    const stream = await fetch(`${server.url}/api/live${query}`, {
      headers: { authorization: `Bearer ${server.key}`, ...headers },
    });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    return {
      status: stream.status,
      type: stream.headers.get('content-type'),
      read: async () => (await reader?.read())?.value,
      close: () => reader?.cancel(),
    };
  }

  it('needs a sign-in', async () => {
    expect((await server.call('GET', '/api/live', undefined, { authorization: '' })).status).toBe(401);
  });

  it('sends what changed, as one array', async () => {
    const stream = await open();
    expect(stream.type).toMatch(/^text\/event-stream/);
    expect(await stream.read()).toBe('retry: 2000\n\n');
    const { id } = (await server.call('POST', '/api/flows', {})).body;
    expect(await stream.read()).toBe(`id: 1\ndata: [{"kind":"flow","id":"${id}","draftRevision":1}]\n\n`);
    await stream.close();
  });

  it('tells a page that comes back to fetch again', async () => {
    const stream = await open('', { 'last-event-id': '7' });
    let text = '';
    while (!text.includes('data:')) text += await stream.read();
    expect(text).toContain('event: resync\nid: 1\ndata: []');
    await stream.close();
  });

  it('narrows to one flow', async () => {
    const [one, two] = [
      (await server.call('POST', '/api/flows', {})).body.id,
      (await server.call('POST', '/api/flows', {})).body.id,
    ];
    const stream = await open(`?flowId=${two}`);
    await stream.read();
    for (const id of [one, two])
      await server.call('PATCH', `/api/flows/${id}`, {
        baseRevision: 1,
        operations: [{ kind: 'setName', name: 'New' }],
      });
    const text = await stream.read();
    expect(text).toContain(two);
    expect(text).not.toContain(one);
    await stream.close();
  });
});
