import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../database/index.ts';
import { startTestServer, type TestServer } from '../testing/index.ts';

let server: TestServer;
let flowId: string;
let outboxId: string;
beforeAll(async () => {
  server = await startTestServer();
  const imported = await server.call('POST', '/api/flows/import', {
    formatVersion: 1,
    name: 'Tell us',
    nodes: {
      start: { type: 'core/manual', v: 1, config: {} },
      tell: { type: 'core/notify-members', v: 1, label: 'Tell the team', config: { text: 'Somebody asks for Ada' } },
      ask: {
        type: 'core/wait-for-approval',
        v: 1,
        config: { title: 'Answer?', text: '', timeout: { amount: 1, unit: 'days' } },
      },
    },
    edges: [
      { from: 'start.matched', to: 'tell' },
      { from: 'tell.done', to: 'ask' },
    ],
  });
  flowId = imported.body.id;
  const published = await server.call('POST', `/api/flows/${flowId}/publish`, {});
  if (published.status !== 200) throw new Error(JSON.stringify(published.body));
});
afterAll(() => server.stop());

const notices = async (key?: string) =>
  (await server.call('GET', '/api/notices', undefined, key === undefined ? {} : { authorization: `Bearer ${key}` }))
    .body.items;
const attention = async () => (await server.call('GET', '/api/attention')).body;

describe('what members should know', () => {
  it('holds the note of a flow with the node that wrote it, and counts the question that follows', async () => {
    expect(await attention()).toEqual({ approvals: 0, notices: 0 });
    await server.call('POST', `/api/flows/${flowId}/run`, {});
    await server.until(async () => (await attention()).approvals === 1);
    const [run] = (await server.call('GET', '/api/runs')).body.items;
    expect(await notices()).toMatchObject([
      {
        topic: 'note',
        text: 'Somebody asks for Ada',
        flowId,
        flowName: 'Tell us',
        nodeTitle: 'Tell the team',
        runId: run.id,
        isRead: false,
      },
    ]);
    expect(await attention()).toEqual({ approvals: 1, notices: 1 });
  });

  it('holds a message of unknown outcome and an event that failed, as long as they are so', async () => {
    const workspaceId = await server.workspaceId();
    outboxId = newId();
    const eventId = newId();
    await server.database.withWorkspace(workspaceId, async (tx) => {
      await sql`insert into heddle.outbox (workspace_id, id, flow_id, node, visit, key, state, kind, action, summary, reason, created_at)
        values (${workspaceId}, ${outboxId}, ${flowId}, 'tell', 1, 'k', 'unknown', 'message', '{}', 'It costs 10', 'No answer came.', now())`.execute(
        tx,
      );
      await sql`insert into heddle.inbound_event (workspace_id, id, platform, kind, key, subject, data, occurred_at, received_at, state, reason)
        values (${workspaceId}, ${eventId}, 'instagram', 'instagram/comment', ${eventId}, 'x', '{"text":"price?"}', now(), now(), 'failed', 'It broke three workers.')`.execute(
        tx,
      );
    });
    expect((await notices()).slice(0, 2)).toMatchObject([
      { id: eventId, topic: 'event', summary: 'price?', text: 'It broke three workers.' },
      { id: outboxId, topic: 'send', summary: 'It costs 10', text: 'No answer came.', nodeTitle: 'Tell the team' },
    ]);
    expect((await attention()).notices).toBe(3);
    const page = (await server.call('GET', '/api/notices?limit=2')).body;
    const rest = (await server.call('GET', `/api/notices?limit=2&cursor=${page.nextCursor}`)).body;
    expect([page.items.length, rest.items.map((item: { topic: string }) => item.topic), rest.nextCursor]).toEqual([
      2,
      ['note'],
      null,
    ]);
    expect(await server.call('POST', `/api/outbox/${outboxId}/settle`, { outcome: 'sent' })).toMatchObject({
      status: 200,
      body: { state: 'sent', reason: expect.stringMatching(/saw that it arrived\.$/), nodeTitle: 'Tell the team' },
    });
    expect((await notices()).map((item: { topic: string }) => item.topic)).toEqual(['event', 'note']);
  });

  it('cannot be settled twice', async () => {
    const again = await server.call('POST', `/api/outbox/${outboxId}/settle`, { outcome: 'failed' });
    expect([again.status, again.body.code]).toEqual([409, 'SEND_NOT_UNKNOWN']);
  });

  it('is seen by each member for themselves, one by one or all at once', async () => {
    const [first] = await notices();
    const colleague = await addColleague();
    expect(await server.call('POST', '/api/notices/read', { ids: [first.id, newId()] })).toMatchObject({
      status: 200,
      body: { notices: 1 },
    });
    expect((await notices()).map((item: { isRead: boolean }) => item.isRead)).toEqual([true, false]);
    expect((await notices(colleague)).map((item: { isRead: boolean }) => item.isRead)).toEqual([false, false]);
    expect((await server.call('POST', '/api/notices/read', {})).body).toEqual({ approvals: 1, notices: 0 });
    expect((await server.call('POST', '/api/notices/read', {})).body).toEqual({ approvals: 1, notices: 0 });
  });
});

describe('decisions', () => {
  it('are kept with what was asked, by whom and when', async () => {
    const [open] = (await server.call('GET', '/api/approvals')).body.items;
    await server.call('POST', `/api/runs/${open.runId}/approvals/${open.position}`, {
      decision: 'rejected',
      note: 'Not now',
    });
    expect((await server.call('GET', '/api/approvals/decisions')).body).toMatchObject({
      items: [
        { runId: open.runId, flowId, flowName: 'Tell us', title: 'Answer?', decision: 'rejected', note: 'Not now' },
      ],
      nextCursor: null,
    });
    await server.until(async () => (await attention()).approvals === 0);
  });
});

/** Another viewer of the same workspace. @returns Their key. */
async function addColleague(): Promise<string> {
  const workspaceId = await server.workspaceId();
  const { body } = await server.call('POST', '/api/api-keys', { name: 'colleague', role: 'viewer' });
  await server.database.withWorkspace(workspaceId, (tx) =>
    sql`with colleague as (insert into heddle.member (workspace_id, member_id, role) values (${workspaceId}, 'colleague', 'viewer') returning member_id)
      update heddle.api_key set created_by = (select member_id from colleague) where name = 'colleague'`.execute(tx),
  );
  return body.secret;
}
