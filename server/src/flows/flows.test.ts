import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server.stop());

/** A comment that has a word in it is answered; nothing else needed. */
const priceFlow = {
  formatVersion: 1,
  name: 'Price on comment',
  connections: { shop: { platform: 'instagram', label: 'Your shop' } },
  nodes: {
    asked: {
      type: 'instagram/comment-received',
      v: 1,
      config: { connection: '@shop', keywords: ['price'], match: 'word', posts: 'any', includeReplies: false },
    },
    reply: {
      type: 'instagram/reply-to-comment',
      v: 1,
      config: { connection: '@shop', variations: ['Sent you a message!'], commentId: '{{ trigger.commentId }}' },
    },
  },
  edges: [{ from: 'asked.matched', to: 'reply' }],
};

const importFlow = async () => (await server.call('POST', '/api/flows/import', priceFlow)).body;

describe('drafts', () => {
  it('makes an empty flow, changes it by operations and counts revisions', async () => {
    const made = await server.call('POST', '/api/flows', { name: 'Mine' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: 'Mine', state: 'draft', draftRevision: 1, hasUnpublishedChanges: true });
    const changed = await server.call('PATCH', `/api/flows/${made.body.id}`, {
      baseRevision: 1,
      operations: [
        { kind: 'addNode', id: 'start', node: { type: 'core/manual', v: 1, config: {} }, at: [0, 0] },
        { kind: 'setName', name: 'Renamed' },
      ],
    });
    expect(changed.body).toMatchObject({ draftRevision: 2, hasUnpublishedChanges: true });
    expect((await server.call('GET', `/api/flows/${made.body.id}`)).body).toMatchObject({
      name: 'Renamed',
      triggers: ['core/manual'],
    });
  });

  it('answers 409 when somebody else changed the draft, and takes all operations or none', async () => {
    const { id } = (await server.call('POST', '/api/flows', {})).body;
    const rename = (baseRevision: number, name: string) =>
      server.call('PATCH', `/api/flows/${id}`, { baseRevision, operations: [{ kind: 'setName', name }] });
    const [one, two] = await Promise.all([rename(1, 'One'), rename(1, 'Two')]);
    expect(new Set([one.status, two.status])).toEqual(new Set([200, 409]));
    expect([one.body.code, two.body.code]).toContain('FLOW_DRAFT_CONFLICT');
    const half = await server.call('PATCH', `/api/flows/${id}`, {
      baseRevision: 2,
      operations: [
        { kind: 'setName', name: 'Half' },
        { kind: 'removeNode', id: 'nobody' },
      ],
    });
    expect(half).toMatchObject({ status: 422, body: { code: 'FLOW_OPERATION_INVALID' } });
    expect((await server.call('GET', `/api/flows/${id}`)).body).toMatchObject({ draftRevision: 2 });
  });

  it('lists by last change with a cursor, searches and filters', async () => {
    for (const name of ['Alpha 100%', 'Alpha two', 'Beta']) await server.call('POST', '/api/flows', { name });
    const first = (await server.call('GET', '/api/flows?limit=2')).body;
    const second = (await server.call('GET', `/api/flows?limit=2&cursor=${first.nextCursor}`)).body;
    const ids = [...first.items, ...second.items].map((flow: { id: string }) => flow.id);
    expect(new Set(ids).size).toBe(4);
    expect((await server.call('GET', '/api/flows?search=100%25')).body.items).toHaveLength(1);
    expect((await server.call('GET', '/api/flows?state=live')).body.items).toEqual([]);
    expect((await server.call('GET', '/api/flows?cursor=nonsense')).body.code).toBe('REQUEST_INVALID');
  });

  it('duplicates, deletes and restores; what comes back is paused', async () => {
    const made = await importFlow();
    await server.call('POST', `/api/flows/${made.id}/publish`, {});
    const copy = (await server.call('POST', `/api/flows/${made.id}/duplicate`)).body;
    expect(copy).toMatchObject({ name: 'Price on comment (copy)', state: 'draft', publishedVersion: null });
    expect((await server.call('DELETE', `/api/flows/${made.id}`)).status).toBe(204);
    expect((await server.call('GET', `/api/flows/${made.id}`)).status).toBe(404);
    expect((await server.call('POST', `/api/flows/${made.id}/publish`, {})).status).toBe(404);
    expect((await server.call('POST', `/api/flows/${made.id}/restore`)).body).toMatchObject({
      state: 'paused',
      publishedVersion: 1,
    });
  });
});

describe('publishing', () => {
  it('makes one version of a draft, however many publish it at once', async () => {
    const { id } = await importFlow();
    const answers = await Promise.all([1, 2, 3].map(() => server.call('POST', `/api/flows/${id}/publish`, {})));
    expect(answers.map(({ status, body }) => [status, body.publishedVersion])).toEqual([
      [200, 1],
      [200, 1],
      [200, 1],
    ]);
    expect((await server.call('GET', `/api/flows/${id}/versions`)).body.items).toHaveLength(1);
    await server.call('POST', `/api/flows/${id}/pause`);
    expect((await server.call('POST', `/api/flows/${id}/publish`, {})).body).toMatchObject({
      state: 'live',
      publishedVersion: 1,
    });
    expect(await server.call('POST', `/api/flows/${id}/publish`, { draftRevision: 7 })).toMatchObject({
      status: 409,
      body: { code: 'FLOW_DRAFT_CONFLICT' },
    });
  });

  it('runs the test cases, says which fail, and publishes with them when told so', async () => {
    const given = { events: [{ kind: 'instagram/comment', data: { text: 'price?' } }] };
    const tests = [
      { name: 'is answered', given, expect: [{ sent: { text: 'Sent you a message!' } }] },
      { name: 'is tagged', given, expect: [{ sent: {} }, { tag: 'lead' }] },
    ];
    const { id } = (await server.call('POST', '/api/flows/import', { ...priceFlow, tests })).body;
    const refused = await server.call('POST', `/api/flows/${id}/publish`, {});
    expect(refused).toMatchObject({
      status: 409,
      body: {
        code: 'FLOW_TESTS_FAILED',
        detail: '1 of 2 test cases fail: “is tagged”.',
        issues: [{ code: 'test.failed', path: '/tests/1' }],
      },
    });
    expect((await server.call('GET', `/api/flows/${id}`)).body.publishedVersion).toBeNull();
    expect((await server.call('POST', `/api/flows/${id}/publish`, { evenIfTestsFail: true })).body).toMatchObject({
      publishedVersion: 1,
    });
  });

  it('leaves pinned outputs behind', async () => {
    const { id } = await importFlow();
    const pin = { port: 'sent', output: {} };
    await server.call('PATCH', `/api/flows/${id}`, {
      baseRevision: 1,
      operations: [{ kind: 'setPin', id: 'reply', pin }],
    });
    await server.call('POST', `/api/flows/${id}/publish`, {});
    const version = (await server.call('GET', `/api/flows/${id}/versions/1`)).body;
    expect(version.document).toEqual(priceFlow);
    expect((await server.call('GET', `/api/flows/${id}`)).body.draft.nodes.reply.pin).toEqual(pin);
  });

  it('takes no flow that is larger than anybody draws', async () => {
    const nodes = Object.fromEntries(
      Array.from({ length: 1001 }, (_, index) => [`n${index}`, { type: 'core/stop', v: 1, config: {} }]),
    );
    expect(await server.call('POST', '/api/flows/import', { ...priceFlow, nodes, edges: [] })).toMatchObject({
      status: 422,
      body: { code: 'FLOW_TOO_LARGE', detail: 'The flow has 1001 nodes; a flow may have at most 1000.' },
    });
  });

  it('chooses the connected account for the slot, freezes versions and rolls back', async () => {
    const { id, bindings } = await importFlow();
    const [account] = (await server.call('GET', '/api/connections')).body.items;
    expect(bindings.connections).toEqual({ shop: account.id });
    const published = await server.call('POST', `/api/flows/${id}/publish`, { note: 'first' });
    expect(published.body).toMatchObject({ state: 'live', publishedVersion: 1, hasUnpublishedChanges: false });
    await server.call('PATCH', `/api/flows/${id}`, {
      baseRevision: 1,
      operations: [{ kind: 'setName', name: 'Second' }],
    });
    await server.call('POST', `/api/flows/${id}/publish`);
    const versions = (await server.call('GET', `/api/flows/${id}/versions`)).body.items;
    expect(versions).toMatchObject([
      { version: 2, isLive: true },
      { version: 1, isLive: false, note: 'first', publishedBy: 'You' },
    ]);
    expect((await server.call('GET', `/api/flows/${id}/versions/1`)).body.document.name).toBe('Price on comment');
    expect((await server.call('POST', `/api/flows/${id}/versions/1/restore`)).body).toMatchObject({
      name: 'Price on comment',
      publishedVersion: 2,
      hasUnpublishedChanges: true,
    });
    expect((await server.call('GET', `/api/flows/${id}/versions/9`)).status).toBe(404);
    expect((await server.call('POST', `/api/flows/${id}/pause`)).body.state).toBe('paused');
    expect((await server.call('POST', `/api/flows/${id}/resume`)).body.state).toBe('live');
  });

  it('refuses a draft with errors and names them', async () => {
    const { id } = (
      await server.call('POST', '/api/flows/import', { ...priceFlow, edges: [{ from: 'asked.nowhere', to: 'reply' }] })
    ).body;
    const refused = await server.call('POST', `/api/flows/${id}/publish`, {});
    expect(refused).toMatchObject({ status: 422, body: { code: 'FLOW_INVALID' } });
    expect(refused.body.issues.length).toBeGreaterThan(0);
    expect((await server.call('POST', `/api/flows/${id}/resume`)).body.code).toBe('FLOW_NOT_PUBLISHED');
  });

  it('refuses a slot of a platform that nobody connected', async () => {
    const other = await server.addWorkspace('empty');
    const auth = { authorization: `Bearer ${other.key}` };
    const { id } = (await server.call('POST', '/api/flows/import', priceFlow, auth)).body;
    expect((await server.call('POST', `/api/flows/${id}/publish`, {}, auth)).body.code).toBe('FLOW_SLOT_EMPTY');
  });

  it('checks bindings: account of this workspace, platform of the slot, type of the input', async () => {
    const { id } = (
      await server.call('POST', '/api/flows/import', {
        ...priceFlow,
        inputs: { count: { type: 'number', label: 'Count' } },
      })
    ).body;
    const bind = (connections: object, inputs: object) =>
      server.call('PUT', `/api/flows/${id}/bindings`, { connections, inputs });
    expect((await bind({ shop: null }, { count: 3 })).body.bindings).toEqual({
      connections: { shop: null },
      inputs: { count: 3 },
    });
    expect((await bind({ shop: '01900000-0000-7000-8000-000000000000' }, {})).status).toBe(404);
    expect((await bind({ other: null }, {})).status).toBe(400);
    expect((await bind({}, { count: 'three' })).status).toBe(400);
  });
});

describe('carrying flows in and out', () => {
  it('exports what was imported, byte for byte, and nothing of ours', async () => {
    const { id } = await importFlow();
    const out = (await server.call('GET', `/api/flows/${id}/export`)).body;
    expect(out).toMatchObject(priceFlow);
    const again = (await server.call('POST', '/api/flows/import', out)).body;
    expect(JSON.stringify((await server.call('GET', `/api/flows/${again.id}/export`)).body)).toBe(JSON.stringify(out));
    const [account] = (await server.call('GET', '/api/connections')).body.items;
    expect(JSON.stringify(out)).not.toContain(account.id);
  });

  it.each([
    ['a document of a newer format', { ...priceFlow, formatVersion: 99 }, 'FLOW_VERSION_UNKNOWN'],
    ['no document', [1, 2], 'FLOW_INVALID'],
    ['a document of the wrong shape', { ...priceFlow, edges: 'none' }, 'FLOW_INVALID'],
  ])('refuses %s', async (_what, document, code) => {
    expect((await server.call('POST', '/api/flows/import', document)).body.code).toBe(code);
  });

  it('stores a flow with an unknown node type and says so', async () => {
    const made = await server.call('POST', '/api/flows/import', {
      ...priceFlow,
      nodes: { ...priceFlow.nodes, reply: { type: 'other/thing', v: 1, config: {} } },
    });
    expect(made.status).toBe(201);
    expect(
      made.body.issues.some(
        (issue: { severity: string; node?: string }) => issue.severity === 'error' && issue.node === 'reply',
      ),
    ).toBe(true);
  });

  it('runs the tests stored with the draft', async () => {
    const tests = [
      {
        name: 'answers',
        given: { events: [{ kind: 'instagram/comment', data: { text: 'PRICE?' } }] },
        expect: [{ sent: { kind: 'commentReply', text: 'Sent you a message!' } }],
      },
    ];
    const { id } = (await server.call('POST', '/api/flows/import', { ...priceFlow, tests })).body;
    expect((await server.call('POST', `/api/flows/${id}/test`)).body.results).toMatchObject([
      { name: 'answers', passed: true, problems: [] },
    ]);
  });
});

describe('starting by hand and by webhook', () => {
  const manualFlow = {
    formatVersion: 1,
    name: 'Start me',
    edges: [
      { from: 'hook.matched', to: 'end' },
      { from: 'start.matched', to: 'end' },
    ],
    nodes: {
      start: { type: 'core/manual', v: 1, config: {} },
      hook: { type: 'core/webhook', v: 1, config: {} },
      end: { type: 'core/stop', v: 1, config: {} },
    },
  };

  it('takes a call of the secret address as an event, once per idempotency key', async () => {
    const { id } = (await server.call('POST', '/api/flows/import', manualFlow)).body;
    const { webhookUrls } = (await server.call('POST', `/api/flows/${id}/publish`)).body;
    const path = new URL(webhookUrls.hook).pathname;
    const first = await server.call('POST', path, { order: 7 }, { 'idempotency-key': 'order-7' });
    expect(first).toMatchObject({ status: 202, body: { isDuplicate: false } });
    expect((await server.call('POST', path, { order: 7 }, { 'idempotency-key': 'order-7' })).body).toEqual({
      eventId: null,
      isDuplicate: true,
    });
    expect((await server.call('POST', `${path}x`, {})).status).toBe(404);
    expect((await server.call('GET', path)).status).toBe(405);
  });

  it('keeps the address over versions and takes it away with its node', async () => {
    const { id } = (await server.call('POST', '/api/flows/import', manualFlow)).body;
    const first = (await server.call('POST', `/api/flows/${id}/publish`)).body.webhookUrls;
    expect((await server.call('POST', `/api/flows/${id}/publish`)).body.webhookUrls).toEqual(first);
    await server.call('PATCH', `/api/flows/${id}`, {
      baseRevision: 1,
      operations: [{ kind: 'removeNode', id: 'hook' }],
    });
    expect((await server.call('POST', `/api/flows/${id}/publish`)).body.webhookUrls).toEqual({});
    expect((await server.call('POST', new URL(first.hook).pathname, {})).status).toBe(404);
  });

  it('starts the published version by its manual trigger', async () => {
    const { id } = (await server.call('POST', '/api/flows/import', manualFlow)).body;
    expect((await server.call('POST', `/api/flows/${id}/run`)).body.code).toBe('FLOW_NOT_PUBLISHED');
    await server.call('POST', `/api/flows/${id}/publish`);
    expect((await server.call('POST', `/api/flows/${id}/run`, { data: { a: 1 } })).status).toBe(202);
    expect((await server.call('POST', `/api/flows/${id}/run`, { node: 'hook' })).status).toBe(400);
  });
});

describe('what the linter finds', () => {
  it('knows the other live flows, names the winner, and the offered change settles it', async () => {
    const rival = await importFlow();
    await server.call('POST', `/api/flows/${rival.id}/publish`, {});
    const keyword = { type: 'text', label: 'Word to look for', default: 'price' };
    const made = await server.call('POST', '/api/flows/import', {
      ...priceFlow,
      name: 'Price again',
      inputs: { word: keyword },
      nodes: {
        ...priceFlow.nodes,
        asked: {
          ...priceFlow.nodes.asked,
          config: { ...priceFlow.nodes.asked.config, keywords: ['{{ inputs.word }}'] },
        },
      },
    });
    const clashes = async () => {
      const { issues } = (await server.call('POST', `/api/flows/${made.body.id}/lint`)).body;
      return issues.filter(({ code }: { code: string }) => code === 'trigger.clash');
    };
    const found = (await clashes()).find(({ message }: { message: string }) => message.includes(`"${rival.name}"`));
    expect(found).toMatchObject({ node: 'asked', fix: { title: `Let this flow come before "${rival.name}"` } });
    const view = (await server.call('GET', `/api/flows/${made.body.id}`)).body;
    expect(view.issues).toContainEqual(found);
    expect(view.lintFacts.otherFlows).toContainEqual(expect.objectContaining({ id: rival.id, priority: 50 }));
    const { body } = await server.call('PATCH', `/api/flows/${view.id}`, {
      baseRevision: view.draftRevision,
      operations: found.fix.operations,
    });
    const left = body.issues.find((issue: { code: string }) => issue.code === 'trigger.clash');
    expect(left.message).toContain('This flow gets it: its priority is 51');
    await server.call('POST', `/api/flows/${rival.id}/pause`);
    expect((await server.call('GET', `/api/flows/${view.id}`)).body.lintFacts.otherFlows).not.toContainEqual(
      expect.objectContaining({ id: rival.id }),
    );
  });
});
