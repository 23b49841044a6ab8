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

  it('are not listed when there are too many: pages are told to fetch again, and of what comes then as before', async () => {
    const workspaceId = newId();
    const arrived = next(there, workspaceId);
    for (let change = 0; change < 1_000; change += 1) here.publish(workspaceId, [flowChange()]);
    expect(await arrived).toEqual([{ kind: 'resync' }]);
    const change = flowChange();
    const after = next(there, workspaceId);
    here.publish(workspaceId, [change]);
    expect(await after).toEqual([{ kind: 'changes', changes: [change] }]);
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

  /**
   * Opens the stream. `readUntil` gives everything that came so far as soon as it holds the text: what else the server tells of
   * meanwhile (its start, heartbeats), and how the bytes are cut into pieces, is none of a test's business.
   */
  async function open(query = '', headers: Record<string, string> = {}) {
    const stream = await fetch(`${server.url}/api/live${query}`, {
      headers: { authorization: `Bearer ${server.key}`, ...headers },
    });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return {
      status: stream.status,
      type: stream.headers.get('content-type'),
      readUntil: async (part: string): Promise<string> => {
        while (!text.includes(part)) {
          const next = await reader?.read();
          if (next?.value === undefined) throw new Error(`The stream ended without "${part}": ${text}`);
          text += next.value;
        }
        return text;
      },
      close: () => reader?.cancel(),
    };
  }

  it('needs a sign-in', async () => {
    expect((await server.call('GET', '/api/live', undefined, { authorization: '' })).status).toBe(401);
  });

  it('sends what changed, as one array', async () => {
    const stream = await open();
    expect(stream.type).toMatch(/^text\/event-stream/);
    expect(await stream.readUntil('retry:')).toMatch(/^retry: 2000\n\n/);
    const { id } = (await server.call('POST', '/api/flows', {})).body;
    const change = `{"kind":"flow","id":"${id}","draftRevision":1}`;
    const line = (await stream.readUntil(change)).split('\n').find((item) => item.includes(change));
    expect(JSON.parse(line?.replace(/^data: /, '') ?? '')).toContainEqual(JSON.parse(change));
    await stream.close();
  });

  it('tells a page that comes back to fetch again', async () => {
    const stream = await open('', { 'last-event-id': '7' });
    expect(await stream.readUntil('data: []')).toContain('event: resync\nid: 1\ndata: []');
    await stream.close();
  });

  it('narrows to one flow', async () => {
    const [one, two] = [
      (await server.call('POST', '/api/flows', {})).body.id,
      (await server.call('POST', '/api/flows', {})).body.id,
    ];
    const stream = await open(`?flowId=${two}`);
    await stream.readUntil('retry:');
    for (const id of [one, two])
      await server.call('PATCH', `/api/flows/${id}`, {
        baseRevision: 1,
        operations: [{ kind: 'setName', name: 'New' }],
      });
    const text = await stream.readUntil(`"id":"${two}","draftRevision":2`);
    expect(text).not.toContain(one);
    await stream.close();
  });
});
