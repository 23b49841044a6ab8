import type { FlowDocument, InboundEvent, JsonObject } from '@heddle/schemas';
import { expect, it } from 'vitest';
import { compileFlow, RUNTIME_CAPABILITIES } from '../index.ts';
import { runBackTest, type PastSend, type RecordedEvent, type RecordedHistory } from './index.ts';
import { HOUR, registry } from './testing/back-test-nodes.ts';

const NOW = Date.UTC(2026, 10, 21, 12);

type Nodes = Record<string, [type: string, config?: JsonObject]>;
function program(nodes: Nodes, edges: [string, string][], settings: FlowDocument['settings'] = {}) {
  const document: FlowDocument = {
    formatVersion: 1,
    name: 'Test',
    connections: { shop: { platform: 'instagram', label: 'Shop' } },
    nodes: Object.fromEntries(
      Object.entries(nodes).map(([id, [type, config]]) => [id, { type: `test/${type}`, v: 1, config: config ?? {} }]),
    ),
    edges: edges.map(([from, to]) => ({ from, to })),
    settings,
  };
  return compileFlow(document, registry, { capabilities: RUNTIME_CAPABILITIES }).program;
}
const heard = (word: string): [string, JsonObject] => ['on-comment', { word, connection: '@shop' }];
/** Answers the word "price" with one private reply. */
const priceFlow = (text: string, word = 'price') =>
  program({ heard: heard(word), say: ['send', { text, private: true }] }, [['heard.out', 'say']]);

function recorded(number: number, text: string, more: Partial<RecordedEvent> & { kind?: string } = {}): RecordedEvent {
  const { kind = 'comment', ...rest } = more;
  const atMs = NOW + number * 60_000;
  const event: InboundEvent = {
    kind: `instagram/${kind}`,
    key: `e${number}`,
    occurredAtMs: atMs,
    contact: { platformId: 'ada' },
    data: { text, commentId: `c${number}` },
  };
  return {
    id: `event-${number}`,
    event,
    takenAtMs: atMs,
    slots: ['shop'],
    targetNode: null,
    optOut: null,
    rival: null,
    seed: null,
    published: { fired: false, sends: [] },
    compared: 'always',
    ...rest,
  };
}
const privately = (commentId: string, text: string): PastSend => ({
  node: 'say',
  action: { kind: 'privateReply', commentId, message: { kind: 'text', text } },
  outcome: 'sent',
});
const history = (events: RecordedEvent[], more: Partial<RecordedHistory> = {}): RecordedHistory => ({
  platform: 'instagram',
  contact: { id: 'contact', platform: 'instagram', platformId: 'ada', firstName: 'Ada', tags: [], fields: {} },
  lastInboundAtMs: null,
  events,
  reads: [],
  sends: [],
  answeredComments: new Set(),
  ...more,
});
const run = (
  draft: ReturnType<typeof program> & { readonly flows?: Record<string, unknown> },
  ...histories: RecordedHistory[]
) =>
  runBackTest(
    {
      program: draft,
      ...(draft.flows === undefined ? {} : { flows: draft.flows }),
      inputs: {},
      standing: { priority: 50, liveSinceMs: NOW },
      registry,
      validate: (_platform, action) =>
        action.kind === 'message' && action.message.kind === 'text' && action.message.text.length > 20
          ? [{ message: 'The text is too long.' }]
          : [],
      untilMs: NOW + 100 * HOUR,
    },
    histories,
  );
const textsOf = (sends: readonly PastSend[]) =>
  sends.map(({ action }) =>
    'message' in action && action.message.kind === 'text' ? action.message.text : action.kind,
  );

it('tells the four verdicts apart and adds up', async () => {
  const did = (commentId: string, text: string) => ({
    published: { fired: true, sends: [privately(commentId, text)] },
  });
  const report = await run(
    priceFlow('10 €'),
    history([
      recorded(1, 'price', did('c1', '10 €')),
      recorded(2, 'price', did('c2', '9 €')),
      recorded(3, 'price'),
      recorded(4, 'cost', did('c4', '10 €')),
      recorded(5, 'lovely'),
    ]),
  );
  expect(report.items.map((item) => item.verdict)).toEqual([
    'same',
    'different',
    'newlyFires',
    'noLongerFires',
    'same',
  ]);
  expect(report).toMatchObject({ published: { fired: 3, sent: 3 }, draft: { fired: 3, sent: 3 }, isCut: false });
  expect(report.items[3]?.draft).toMatchObject({ fired: false, reason: 'The text is not "price".', status: null });
});

it('says where only a member or another system could have gone on', async () => {
  const draft = program({ heard: heard('price'), may: ['approve'], say: ['send', { text: '10 €', private: true }] }, [
    ['heard.out', 'may'],
    ['may.approved', 'say'],
  ]);
  const { items } = await run(draft, history([recorded(1, 'price')]));
  expect(items[0]?.draft).toMatchObject({
    sends: [],
    status: 'waiting',
    guesses: [
      '"Approval" waits for the decision of a member, which is not on record: what follows it is not compared.',
    ],
  });
});

it('runs the flows that the draft calls', async () => {
  const draft = program({ heard: heard('price'), other: ['call', { flow: 'Prices' }] }, [['heard.out', 'other']]);
  const called = program({ begin: heard('never'), say: ['send', { text: '10 €' }] }, [['begin.out', 'say']]);
  const report = await run({ ...draft, flows: { Prices: called.document } }, history([recorded(1, 'price')]));
  expect(textsOf(report.items[0]?.draft.sends ?? [])).toEqual(['10 €']);
  const without = await run(draft, history([recorded(1, 'price')]));
  expect(without.items[0]?.draft.sends).toEqual([]);
});

it('plays answers to the questions of the draft, also after others were played in between', async () => {
  const draft = program(
    {
      heard: ['on-message', { word: 'order', connection: '@shop' }],
      ask: ['ask'],
      say: ['send', { text: 'In {{ nodes.ask.text }}, {{ contact.firstName }}' }],
    },
    [
      ['heard.out', 'ask'],
      ['ask.out', 'say'],
    ],
  );
  const message = { kind: 'message' };
  const ada = history([recorded(1, 'order', message), recorded(5, 'red', message)]);
  const bob = history([recorded(2, 'order', message), recorded(90, 'too late', message)], {
    contact: { id: 'b', platform: 'instagram', platformId: 'bob', firstName: 'Bob', tags: [], fields: {} },
  });
  const { items } = await run(draft, ada, bob);
  expect(
    items.map(({ recorded: { id }, draft: { fired, sends, status } }) => [id, fired, textsOf(sends), status]),
  ).toEqual([
    ['event-1', true, [], 'succeeded'],
    ['event-2', true, [], expect.any(String)],
    ['event-5', true, ['In red, Ada'], 'succeeded'],
    ['event-90', false, [], null],
  ]);
});

it('draws the numbers of the run that took place', async () => {
  const draw = async (seed: number | null) => {
    const { items } = await run(priceFlow('#'), history([recorded(1, 'price', { seed })]));
    return textsOf(items[0]?.draft.sends ?? []);
  };
  expect(await draw(7)).toEqual(await draw(7));
  expect(await draw(7)).not.toEqual(await draw(8));
});

it('takes the answers of the outside from the record, and says where there is none', async () => {
  const thinks = (type: string) =>
    program({ heard: heard('price'), think: [type], say: ['send', { text: '{{ input.text }}', private: true }] }, [
      ['heard.out', 'think'],
      ['think.out', 'say'],
    ]);
  const read = (commentId: string, output: JsonObject) => ({
    node: 'think',
    input: { text: 'price', commentId },
    port: 'out',
    output,
    error: null,
  });
  const events = [recorded(1, 'price'), recorded(2, 'price')];
  const asked = await run(
    thinks('think'),
    history(events, { reads: [read('c2', { text: 'Ten.', model: 'm', inputTokens: 1, outputTokens: 1 })] }),
  );
  expect(asked.items.map(({ draft }) => [textsOf(draft.sends), draft.guesses.length])).toEqual([
    [['Hm.'], 1],
    [['Ten.'], 0],
  ]);
  const known = await run(thinks('profile'), history(events, { reads: [read('c1', { text: 'Ada L.' })] }));
  expect(known.items.map(({ draft }) => [textsOf(draft.sends), draft.status, draft.guesses.length])).toEqual([
    [['Ada L.'], 'succeeded', 0],
    [[], 'failed', 1],
  ]);
});

it('holds the draft to the messaging rules of the moment', async () => {
  const message = program({ heard: heard('price'), say: ['send', { text: '10 €' }] }, [['heard.out', 'say']]);
  const outcomes = async (draft: typeof message, given: RecordedHistory) =>
    (await run(draft, given)).items.map((item) => item.draft.sends.map(({ outcome, reason }) => reason ?? outcome));
  // Somebody who only commented may not be written to; after they wrote they may, until they ask for silence.
  expect(
    await outcomes(
      message,
      history([
        recorded(1, 'price'),
        recorded(2, 'hello', { kind: 'message' }),
        recorded(3, 'price'),
        recorded(4, 'stop', { kind: 'message', optOut: 'out' }),
        recorded(5, 'price'),
      ]),
    ),
  ).toEqual([
    [expect.stringContaining('has not written')],
    [],
    ['sent'],
    [],
    [expect.stringContaining('no more messages')],
  ]);
  expect(
    await outcomes(priceFlow('10 €'), history([recorded(1, 'price')], { answeredComments: new Set(['c1']) })),
  ).toEqual([[expect.stringContaining('already has its private reply')]]);
  const long = program({ heard: heard('price'), say: ['send', { text: 'x'.repeat(21) }] }, [['heard.out', 'say']]);
  expect(await outcomes(long, history([recorded(1, 'price')]))).toEqual([['The text is too long.']]);
});

it('lets the platform refuse again what it refused', async () => {
  const lost = { code: 'PLATFORM_REJECTED', message: 'The comment is gone.', retry: 'never' } as const;
  const refused = { ...privately('c1', '10 €'), outcome: 'failed', reason: lost.message } as const;
  const given = history([recorded(1, 'price', { published: { fired: true, sends: [refused] } })], {
    sends: [{ node: 'say', action: refused.action, receipt: null, error: lost }],
  });
  const [same] = (await run(priceFlow('10 €'), given)).items;
  expect(same).toMatchObject({ verdict: 'same', draft: { status: 'failed', error: { message: lost.message } } });
});

it('gives way to the flow that took the event, unless the draft goes first', async () => {
  const started = { kind: 'started', flowName: 'Other', specificity: 1, liveSinceMs: 0 } as const;
  const taken = (rival: RecordedEvent['rival']) => run(priceFlow('10 €'), history([recorded(1, 'price', { rival })]));
  expect((await taken({ ...started, priority: 50 })).items[0]?.draft.reason).toBe('"Other" took the event.');
  expect((await taken({ ...started, priority: 40 })).items[0]?.draft.fired).toBe(true);
  expect((await taken({ kind: 'answered', flowName: 'Other' })).items[0]?.draft.reason).toContain('"Other"');
});

it('asks only triggers on the account, and only the one that an event was meant for', async () => {
  const elsewhere = await run(priceFlow('10 €'), history([recorded(1, 'price', { slots: [] })]));
  expect(elsewhere.items[0]?.draft.reason).toContain('another account');
  const byHand = (node: string) => {
    const meant = recorded(1, 'price', { targetNode: node, slots: null });
    return run(priceFlow('10 €'), history([{ ...meant, event: { ...meant.event, kind: 'core/manual' } }]));
  };
  expect((await byHand('heard')).items[0]?.draft.fired).toBe(true);
  expect((await byHand('gone')).items[0]?.draft.reason).toContain('no trigger "gone"');
});

it('leaves out what only tells what came before, and stops when it is told to', async () => {
  const events = [
    recorded(1, 'price', { compared: 'never' }),
    recorded(2, 'price'),
    recorded(3, 'price', { compared: 'whenFired' }),
    recorded(4, 'lovely', { compared: 'whenFired' }),
  ];
  const report = await run(priceFlow('10 €'), history(events));
  expect(report.items.map(({ recorded: { id } }) => id)).toEqual(['event-2', 'event-3']);
  const draft = {
    program: priceFlow('10 €'),
    inputs: {},
    standing: { priority: 50, liveSinceMs: NOW },
    registry,
    validate: () => [],
    untilMs: NOW,
  };
  expect(await runBackTest(draft, [history(events)], () => Promise.resolve(false))).toMatchObject({
    items: [],
    isCut: true,
  });
});
