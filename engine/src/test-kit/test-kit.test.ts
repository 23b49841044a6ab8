import type { FlowTest } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { ask, fail, flow, registry, say } from '../../test/nodes.ts';
import { makeContact, runFlow, runFlowTests, runNode } from './index.ts';

const HOUR = 3_600_000;

describe('runNode', () => {
  it('gives result and sends', async () => {
    const report = await runNode(say, {
      config: { text: 'Hello', times: 2 },
      contact: makeContact('test', { platformId: 'ada' }),
    });
    expect(report).toMatchObject({ result: { kind: 'done', port: 'out' }, error: null });
    expect(report.world.sent.map(({ key, action }) => [key, action.kind])).toEqual([
      ['1', 'message'],
      ['2', 'message'],
    ]);
  });

  it('sends nothing twice when a node runs again in the same world, as after a crash', async () => {
    const first = await runNode(say, { config: { text: 'Hello', times: 2 } });
    const again = await runNode(say, { config: { text: 'Hello', times: 2 }, world: first.world });
    expect(again.world.sent).toHaveLength(2);
  });

  it('resumes a node with its cause and memo', async () => {
    expect((await runNode(ask, { config: { ms: 5, mergeMs: 0 } })).result).toMatchObject({
      kind: 'suspended',
      memo: { asked: true },
    });
    const resumed = await runNode(ask, {
      config: { ms: 5, mergeMs: 0 },
      memo: { asked: true },
      resumed: { kind: 'replied', reply: { text: 'yes' } },
    });
    expect(resumed.result).toEqual({ kind: 'done', port: 'answered', output: { text: 'yes' } });
  });

  it('gives errors as a run would keep them', async () => {
    expect((await runNode(fail, { config: { how: 'never' } })).error).toEqual({
      code: 'PLATFORM_REFUSED',
      message: 'No.',
      retry: 'never',
    });
    expect((await runNode(fail, { config: { how: 'crash' } })).error).toMatchObject({ code: 'NODE_CRASHED' });
  });

  it('refuses a config that the definition refuses', async () => {
    await expect(runNode(say, { config: {} })).rejects.toMatchObject({ code: 'NODE_CONFIG_INVALID' });
  });
});

const dialogue = flow(
  {
    s: ['start', { word: 'price' }],
    w: ['wait', { ms: HOUR }],
    q: ['ask', { ms: 20 * HOUR, mergeMs: 3000 }],
    a: ['say', { text: 'You want {{ input.text }}' }],
    t: ['say', { text: 'Still there?' }],
  },
  ['s.out>w', 'w.out>q', 'q.answered>a', 'q.timeout>t'],
);

describe('runFlow', () => {
  it('lets an event without a time come once everything is at rest', async () => {
    const report = await runFlow(dialogue, registry, {
      events: [
        { kind: 'test/begin', data: { text: 'price' } },
        { kind: 'test/message', data: { text: 'red' } },
      ],
    });
    expect(report.ports).toEqual(['s.out', 'w.out', 'q.answered', 'a.out']);
    expect(report.status).toBe('succeeded');
  });

  it('lets time pass exactly, so that a burst is a burst', async () => {
    const report = await runFlow(dialogue, registry, {
      events: [
        { kind: 'test/begin', data: { text: 'price' } },
        { kind: 'test/message', data: { text: 'the' }, afterMs: 2 * HOUR },
        { kind: 'test/message', data: { text: 'red one' }, afterMs: 1000 },
      ],
    });
    expect(report.sent.map(({ action }) => action)).toMatchObject([{ message: { text: 'You want the\nred one' } }]);
  });

  it('goes on waiting for the contact, unless time passes', async () => {
    const begin = { kind: 'test/begin', data: { text: 'price' } };
    expect((await runFlow(dialogue, registry, { events: [begin] })).status).toBe('waiting');
    expect(
      (await runFlow(dialogue, registry, { events: [begin, { kind: 'time', afterMs: 21 * HOUR }] })).ports,
    ).toEqual(['s.out', 'w.out', 'q.timeout', 't.out']);
  });

  it('lets an answer go to the question that was asked last, as the server does', async () => {
    const events = [
      { kind: 'test/begin', data: { text: 'price' } },
      { kind: 'test/begin', data: { text: 'price' } },
      { kind: 'test/message', data: { text: 'red' } },
    ];
    const report = await runFlow(dialogue, registry, { events });
    expect(report.runs.map((run) => run.snapshot.status)).toEqual(['waiting', 'succeeded']);
  });

  it('takes the pinned output of a node instead of running it', async () => {
    const pinned = {
      ...dialogue,
      nodes: { ...dialogue.nodes, q: { ...dialogue.nodes['q'], pin: { port: 'answered', output: { text: 'blue' } } } },
    };
    const report = await runFlow(pinned, registry, { events: [{ kind: 'test/begin', data: { text: 'price' } }] });
    expect(report.ports).toEqual(['s.out', 'w.out', 'q.answered', 'a.out']);
    expect(report.sent.map(({ action }) => action)).toMatchObject([{ message: { text: 'You want blue' } }]);
  });

  it('waits before each node for whoever steps through', async () => {
    const steps: string[] = [];
    await runFlow(dialogue, registry, {
      events: [
        { kind: 'test/begin', data: { text: 'price' } },
        { kind: 'test/message', data: { text: 'red' } },
      ],
      beforeNode: async (step) => {
        await Promise.resolve();
        steps.push(`${step.node} ${JSON.stringify(step.input)}`);
      },
    });
    expect(steps).toEqual([
      'w {"text":"price"}',
      'w {"text":"price"}',
      'q {"waited":true}',
      'q {"waited":true}',
      'a {"messageId":"message-2","text":"red","kind":"test/message"}',
    ]);
  });

  it('says why nothing happened', async () => {
    const report = await runFlow(dialogue, registry, { events: [{ kind: 'test/begin', data: { text: 'cost' } }] });
    expect([report.runs, report.notFired]).toEqual([[], [{ node: 's', reason: 'The text is not "price".' }]]);
  });

  it.each([
    [{ contactPolicy: 'ignore' as const }, ['waiting']],
    [{ contactPolicy: 'restart' as const }, ['cancelled', 'waiting']],
    [{ contactPolicy: 'parallel' as const }, ['waiting', 'waiting']],
    [{ cooldownMs: 5 * HOUR }, ['waiting']],
    [{ cooldownMs: HOUR / 2 }, ['waiting', 'waiting']],
  ])('keeps to %j', async (settings, statuses) => {
    const begin = { kind: 'test/begin', data: { text: 'price' } };
    const report = await runFlow({ ...dialogue, settings }, registry, { events: [begin, begin] });
    expect(report.runs.map((run) => run.snapshot.status)).toEqual(statuses);
  });
});

describe('runFlowTests', () => {
  const begin = { kind: 'test/begin', data: { text: 'price' } };
  const run = async (expectations: FlowTest['expect']) => {
    const [result] = await runFlowTests(
      {
        ...dialogue,
        tests: [
          {
            name: 'test',
            given: { events: [begin, { kind: 'test/message', data: { text: 'red' } }] },
            expect: expectations,
          },
        ],
      },
      registry,
    );
    return result?.failures;
  };

  it('passes when everything is as expected', async () => {
    expect(
      await run([
        { sent: { kind: 'message', node: 'a', text: 'You want red' } },
        { port: 'q.answered' },
        { runs: 1 },
        { status: 'succeeded' },
      ]),
    ).toEqual([]);
    expect(await run([{ sent: { kind: 'text', contains: 'red' } }])).toEqual([]);
  });

  it.each<[FlowTest['expect'][number], string]>([
    [{ sent: { text: 'You want blue' } }, 'Message 1 says “You want red”, expected “You want blue”.'],
    [{ sent: { contains: 'blue' } }, 'Message 1 does not contain “blue”: message from “Say” saying “You want red”.'],
    [{ sent: { kind: 'carousel' } }, 'Message 1 is message with text, expected carousel.'],
    [{ sent: { node: 'b' } }, 'Message 1 came from “Say”, expected “b”.'],
    [
      { port: 'q.timeout' },
      'The run did not leave by “No answer in time” of “Ask”. It went: “Started” of “Start”, “Over” of “Wait”, “Answered” of “Ask”, “Sent” of “Say”.',
    ],
    [{ tag: 'lead' }, 'The contact does not have the tag “lead”. It has: none.'],
    [{ field: 'city', value: 'Paris' }, 'The field “city” is empty, expected “Paris”.'],
    [{ runs: 2 }, '1 run started, expected 2.'],
    [{ status: 'failed' }, 'The run came to its end, expected that it failed.'],
  ])('tells what was not as expected: %j', async (expectation, failure) => {
    const failures = await run('sent' in expectation ? [expectation] : [{ sent: {} }, expectation]);
    expect(failures).toEqual([failure]);
  });

  it('does not overlook a message that nobody expected', async () => {
    expect(await run([{ runs: 1 }])).toEqual(['Sent but not expected: message from “Say” saying “You want red”.']);
  });

  it('reports a flow that cannot run', async () => {
    const broken = {
      ...flow({ s: ['start'] }, ['s.gone>s']),
      tests: [{ name: 'x', given: { events: [begin] }, expect: [{ runs: 1 }] }],
    };
    expect(await runFlowTests(broken, registry)).toMatchObject([
      { passed: false, failures: [expect.stringContaining('The flow could not run')] },
    ]);
    expect(await runFlowTests({}, registry)).toMatchObject([{ passed: false }]);
  });
});
