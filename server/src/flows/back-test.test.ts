import type { BackTestItem } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';

let server: TestServer;
let accountId: string;
let flowId: string;
let personas: { id: string }[];
beforeAll(async () => {
  server = await startTestServer();
  accountId = (await server.call('GET', '/api/connections')).body.items[0].externalId;
  flowId = (await server.call('POST', '/api/flows/import', priceFlow('price', ['Sent you a message!', 'Look!']))).body
    .id;
  await server.call('POST', `/api/flows/${flowId}/publish`, {});
  const sandbox = '/sandbox/instagram/_sandbox';
  const mediaId = (await server.call('GET', `${sandbox}/accounts/${accountId}/posts`)).body.posts[0].id;
  personas = (await server.call('GET', `${sandbox}/personas?account=${accountId}`)).body.personas;
  for (let number = 0; number < 20; number++) {
    await act(personas[number % 2]?.id ?? '', { kind: 'comment', mediaId, text: TEXTS[number % TEXTS.length] });
    // Webhooks of two people are delivered side by side: the newest events are known only if each was taken before the next was acted.
    if (number >= 16) await settled(number + 1);
  }
});
afterAll(() => server.stop());

/** Of 20 comments ten ask for the price, five of these also for the cost, and five for the cost alone. */
const TEXTS = ['what is the price', 'price and cost?', 'the cost please', 'lovely'];

const priceFlow = (keyword: string, variations: string[]) => ({
  formatVersion: 1,
  name: 'Price on comment',
  connections: { shop: { platform: 'instagram', label: 'Your shop' } },
  nodes: {
    asked: {
      type: 'instagram/comment-received',
      v: 1,
      config: { connection: '@shop', keywords: [keyword], match: 'word', posts: 'any', includeReplies: false },
    },
    reply: {
      type: 'instagram/reply-to-comment',
      v: 1,
      config: { connection: '@shop', variations, commentId: '{{ trigger.commentId }}' },
    },
    told: { type: 'contacts/tag', v: 1, config: { add: ['told'] } },
  },
  edges: [
    { from: 'asked.matched', to: 'reply' },
    { from: 'reply.sent', to: 'told' },
  ],
});

/** A customer does something on the practice platform, which tells the server by its webhooks. */
async function act(personaId: string, what: object): Promise<void> {
  const answer = await server.call('POST', '/sandbox/instagram/_sandbox/act', { accountId, personaId, act: what });
  expect(answer.status).toBe(200);
}

/** All comments were taken and every run has ended. */
async function settled(count: number): Promise<void> {
  await server.until(async () => {
    const events = (await server.call('GET', '/api/events?kind=instagram%2Fcomment&limit=100')).body.items;
    const done = events.filter((event: { state: string }) => ['completed', 'ignored'].includes(event.state));
    const active = (await server.call('GET', '/api/runs?status=running')).body.items;
    return done.length === count && active.length === 0 ? true : undefined;
  });
}

const backTest = async (body: object = {}) => (await server.call('POST', `/api/flows/${flowId}/backtest`, body)).body;

async function changeDraft(operations: object[]): Promise<void> {
  const { draftRevision } = (await server.call('GET', `/api/flows/${flowId}`)).body;
  const changed = await server.call('PATCH', `/api/flows/${flowId}`, { baseRevision: draftRevision, operations });
  expect(changed.status).toBe(200);
}

/** Rows of everything that a back-test could have touched. */
async function footprint(): Promise<unknown> {
  return server.database.withWorkspace(await server.workspaceId(), async (tx) => {
    const { rows } = await sql`select
      (select jsonb_agg(to_jsonb(c) order by c.id) from heddle.contact c) as contacts,
      (select count(*) from heddle.outbox) as outbox, (select count(*) from heddle.run) as runs,
      (select count(*) from heddle.node_run) as node_runs, (select count(*) from heddle.inbound_event) as events`.execute(
      tx,
    );
    return rows;
  });
}

it('finds no difference while the draft is what was published', async () => {
  expect(await backTest()).toMatchObject({
    compared: 20,
    same: 20,
    different: 0,
    newlyFires: 0,
    noLongerFires: 0,
    publishedVersion: 1,
    published: { fired: 10, sent: 10 },
    draft: { fired: 10, sent: 10 },
    isCut: false,
  });
});

it('says event by event what a changed draft would have done, and leaves everything as it is', async () => {
  const before = await footprint();
  const { nodes } = priceFlow('cost', ['It is on its way.']);
  await changeDraft([
    { kind: 'setConfig', id: 'asked', config: nodes.asked.config },
    { kind: 'setConfig', id: 'reply', config: nodes.reply.config },
  ]);
  const result = await backTest({ events: 20, kind: 'instagram/comment' });
  expect(result).toMatchObject({
    compared: 20,
    same: 5,
    different: 5,
    newlyFires: 5,
    noLongerFires: 5,
    published: { fired: 10, sent: 10 },
    draft: { fired: 10, sent: 10 },
  });
  const verdicts = new Map(result.items.map((item: BackTestItem) => [item.summary, item]));
  const oldWords = expect.stringMatching(/^(Sent you a message!|Look!)$/);
  const sent = (text: unknown) => ({
    fired: true,
    sends: [{ node: 'reply', kind: 'commentReply', text, outcome: 'sent', reason: null }],
  });
  expect(verdicts.get('what is the price')).toMatchObject({
    verdict: 'noLongerFires',
    published: sent(oldWords),
    draft: { fired: false, sends: [], reason: expect.stringContaining('cost') },
  });
  expect(verdicts.get('price and cost?')).toMatchObject({
    verdict: 'different',
    published: sent(oldWords),
    draft: { ...sent('It is on its way.'), status: 'succeeded', guesses: [] },
  });
  expect(verdicts.get('the cost please')).toMatchObject({
    verdict: 'newlyFires',
    published: { fired: false, sends: [] },
    draft: sent('It is on its way.'),
  });
  expect(verdicts.get('lovely')).toMatchObject({ verdict: 'same', draft: { fired: false } });
  expect(await footprint()).toEqual(before);
});

it('compares the newest events only, of the kind that was asked for', async () => {
  const { items } = await backTest({ events: 3 });
  expect(items.map((item: BackTestItem) => item.summary)).toEqual(['lovely', 'the cost please', 'price and cost?']);
  expect(await backTest({ kind: 'instagram/message' })).toMatchObject({ compared: 0, items: [] });
  expect((await server.call('POST', `/api/flows/${flowId}/backtest`, { events: 1001 })).status).toBe(400);
});

it('plays conversations: answers go to the questions of the draft', async () => {
  const ask = (question: string) => ({
    connection: '@shop',
    question,
    kind: 'text',
    choices: [],
    reask: '',
    maxTries: 1,
    timeout: { amount: 20, unit: 'hours' },
    saveTo: 'nothing',
    mergeSeconds: 0,
  });
  const say = (text: string) => ({ connection: '@shop', parts: [{ kind: 'text', text }] });
  const { id } = (
    await server.call('POST', '/api/flows/import', {
      formatVersion: 1,
      name: 'Order',
      connections: { shop: { platform: 'instagram', label: 'Your shop' } },
      nodes: {
        wrote: {
          type: 'instagram/message-received',
          v: 1,
          config: { connection: '@shop', match: 'word', keywords: ['order'], payloads: [], stories: 'include' },
        },
        colour: { type: 'core/wait-for-reply', v: 1, config: ask('Which colour?') },
        done: {
          type: 'instagram/send-message',
          v: 1,
          config: say('{{ nodes.colour.value }} it is, {{ contact.firstName }}!'),
        },
      },
      edges: [
        { from: 'wrote.matched', to: 'colour' },
        { from: 'colour.answered', to: 'done' },
      ],
    })
  ).body;
  await server.call('POST', `/api/flows/${id}/publish`, {});
  const sent = async () =>
    (await server.call('GET', `/api/outbox?flowId=${id}&state=sent`)).body.items.length as number;
  await act(personas[0]?.id ?? '', { kind: 'text', text: 'order please' });
  await server.until(async () => ((await sent()) === 1 ? true : undefined));
  await act(personas[0]?.id ?? '', { kind: 'text', text: 'red' });
  await server.until(async () => ((await sent()) === 2 ? true : undefined));
  const url = `/api/flows/${id}/backtest`;
  expect((await server.call('POST', url, {})).body).toMatchObject({ compared: 2, same: 2, draft: { sent: 2 } });

  const { draftRevision } = (await server.call('GET', `/api/flows/${id}`)).body;
  const operations = [
    { kind: 'setConfig', id: 'done', config: say('Thank you for choosing {{ nodes.colour.value }}.') },
  ];
  await server.call('PATCH', `/api/flows/${id}`, { baseRevision: draftRevision, operations });
  const { items } = (await server.call('POST', url, {})).body;
  expect(items).toMatchObject([
    {
      summary: 'red',
      verdict: 'different',
      published: { fired: true, sends: [{ text: expect.stringMatching(/^red it is, \w+!$/) }] },
      draft: { fired: true, sends: [{ text: 'Thank you for choosing red.' }], status: 'succeeded' },
    },
    { summary: 'order please', verdict: 'same', draft: { sends: [{ text: 'Which colour?' }] } },
  ]);
});

it('runs the live flows that the draft calls', async () => {
  const answer = priceFlow('never', ['From the other flow.']);
  const helper = {
    ...answer,
    name: 'Helper',
    inputs: { comment: { type: 'text', label: 'Comment', default: '' } },
    nodes: {
      begin: { type: 'core/manual', v: 1, config: {} },
      reply: { ...answer.nodes.reply, config: { ...answer.nodes.reply.config, commentId: '{{ inputs.comment }}' } },
    },
    edges: [{ from: 'begin.matched', to: 'reply' }],
  };
  const made = (await server.call('POST', '/api/flows/import', helper)).body;
  expect((await server.call('POST', `/api/flows/${made.id}/publish`, {})).status).toBe(200);
  const caller = {
    ...answer,
    name: 'Caller',
    nodes: {
      asked: { ...answer.nodes.asked, config: { ...answer.nodes.asked.config, keywords: ['lovely'] } },
      other: {
        type: 'core/call-flow',
        v: 1,
        config: { flow: 'Helper', inputs: { comment: '{{ trigger.commentId }}' } },
      },
    },
    edges: [{ from: 'asked.matched', to: 'other' }],
  };
  const { id } = (await server.call('POST', '/api/flows/import', caller)).body;
  const url = `/api/flows/${id}/backtest`;
  const { items } = (await server.call('POST', url, { kind: 'instagram/comment' })).body;
  const lovely = items.find((item: BackTestItem) => item.summary === 'lovely');
  expect(lovely).toMatchObject({
    verdict: 'newlyFires',
    draft: { fired: true, sends: [{ text: 'From the other flow.' }], status: 'succeeded' },
  });
});

it('says what is wrong with a draft that cannot run', async () => {
  await changeDraft([{ kind: 'setConfig', id: 'reply', config: { connection: '@shop', variations: [] } }]);
  expect(await backTest()).toMatchObject({ code: 'FLOW_INVALID' });
});

it('gives a stranger 404', async () => {
  const { key } = await server.addWorkspace('stranger');
  const answer = await server.call('POST', `/api/flows/${flowId}/backtest`, {}, { authorization: `Bearer ${key}` });
  expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
});
