import { FlowError, type RunEvent } from '@heddle/schemas';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { flow, registry } from '../../test/nodes.ts';
import { advance, startSnapshot } from '../advance/index.ts';
import { compileFlow } from '../compile/index.ts';
import { createHandlerRegistry, defineHandler, defineNode, done, type NodeResult } from '../plugin/index.ts';
import { createWorld, fakeServices } from '../test-kit/index.ts';
import { driveNode, isReply, matchTriggers, toReply, toRunEvent, type Deadline } from './index.ts';

const event = { kind: 'test/begin', key: 'k', occurredAtMs: 0, data: { text: 'price' } };
const facts = { flowId: 'f', inputs: {}, contact: null, nowMs: 0 };

describe('matchTriggers', () => {
  const document = flow(
    {
      off: ['start', {}, { isDisabled: true }],
      any: ['start'],
      word: ['start', { word: '{{ inputs.word }}' }],
      a: ['say', { text: 'x' }],
    },
    ['any.out>a', 'word.out>a', 'off.out>a'],
    {
      inputs: { word: { type: 'text', label: 'Word', default: 'price' } },
    },
  );
  const { program } = compileFlow(document, registry);

  it('asks every trigger that listens, with its config filled in', () => {
    expect(matchTriggers(program, registry, event, facts)).toEqual([
      { node: 'off', reason: '"Start" is switched off.' },
      { node: 'any', output: { text: 'price' }, specificity: 0 },
      { node: 'word', output: { text: 'price' }, specificity: 1 },
    ]);
    expect(matchTriggers(program, registry, event, { ...facts, inputs: { word: 'cost' } })[2]).toEqual({
      node: 'word',
      reason: 'The text is not "cost".',
    });
  });

  it('does not ask about other kinds of event', () => {
    expect(matchTriggers(program, registry, { ...event, kind: 'test/other' }, facts)).toEqual([]);
  });

  it('leaves out triggers on other accounts', () => {
    const onShop = defineHandler(
      defineNode({
        type: 'test/on-shop',
        version: 1,
        title: 'On shop',
        summary: 'x',
        icon: 'x',
        category: 'trigger',
        role: 'trigger',
        events: ['test/begin'],
        effect: 'pure',
        config: Type.Object({ connection: Type.String() }),
        ports: { out: { title: 'Out', output: {} } },
        connections: [{ field: 'connection', platform: 'test', scopes: [] }],
      }),
      { match: () => ({ output: {}, specificity: 0 }) },
    );
    const handlers = createHandlerRegistry([onShop]);
    const shops = flow({ s: ['on-shop', { connection: '@shop' }] }, [], {
      connections: { shop: { platform: 'test', label: 'Shop' } },
    });
    const onAccount = compileFlow(shops, handlers).program;
    expect(matchTriggers(onAccount, handlers, event, { ...facts, slots: ['shop'] })).toEqual([
      { node: 's', output: {}, specificity: 0 },
    ]);
    expect(matchTriggers(onAccount, handlers, event, { ...facts, slots: ['other'] })).toEqual([
      { node: 's', reason: '"On shop" listens to another account.' },
    ]);
  });

  it('gives the reason when a trigger cannot be asked', () => {
    const broken = compileFlow(
      flow({ s: ['start', { word: '{{ contact.name }}' }], a: ['say', { text: 'x' }] }, ['s.out>a']),
      registry,
    ).program;
    expect(matchTriggers(broken, registry, event, facts)).toEqual([
      { node: 's', reason: expect.stringContaining('there is no value "contact.name"') },
    ]);
  });
});

describe('driveNode', () => {
  const slow = defineHandler(
    defineNode({
      type: 'test/slow',
      version: 1,
      title: 'Slow',
      summary: 'x',
      icon: 'x',
      category: 'logic',
      effect: 'read',
      config: Type.Object({ how: Type.String() }),
      ports: { out: { title: 'Out', output: {} } },
      timeoutMs: 100,
    }),
    {
      run: async ({ config, send, signal }): Promise<NodeResult> => {
        if (config.how === 'hangs') return await new Promise(() => undefined);
        if (config.how === 'sends')
          await send({ key: '1', action: { kind: 'commentReply', commentId: 'c', text: 'x' } });
        if (config.how === 'checks') return done('out', { aborted: signal.aborted });
        return null as never; // what a plugin without types can do
      },
    },
  );
  const handlers = createHandlerRegistry([slow, registry.getHandler('test/start')]);

  const drive = (how: string, startDeadline: (timeoutMs: number) => Deadline): Promise<RunEvent> => {
    const { program } = compileFlow(flow({ s: ['start'], n: ['slow', { how }] }, ['s.out>n']), handlers);
    const { snapshot, effects } = advance(program, startSnapshot(1), {
      kind: 'started',
      node: 's',
      output: {},
      atMs: 0,
    });
    const [effect] = effects;
    if (effect?.kind !== 'runNode') throw new TypeError('expected a node to run');
    const services = fakeServices(createWorld(null), {}, { runId: 'r', node: 'n', visit: 1, nowMs: () => 0 });
    return driveNode(
      program,
      snapshot,
      effect,
      { ...facts, runId: 'r' },
      { registry: handlers, services, nowMs: () => 9, startDeadline },
    );
  };
  const never = (): Deadline => ({ signal: new AbortController().signal, clear: () => undefined });

  it('ends a node that is late, with the time limit of its definition', async () => {
    const controller = new AbortController();
    const failed = drive('hangs', (timeoutMs) => {
      queueMicrotask(() => controller.abort());
      expect(timeoutMs).toBe(100);
      return { signal: controller.signal, clear: () => undefined };
    });
    expect(await failed).toEqual({
      kind: 'nodeFailed',
      position: 'p1',
      error: { code: 'NODE_TIMED_OUT', message: '"Slow" gave no result within 100 ms.', retry: 'backoff' },
      atMs: 9,
    });
  });

  it('gives the reason of the host when it stops', async () => {
    const reason = new FlowError('UNAVAILABLE', 'Heddle is stopping.');
    expect(await drive('hangs', () => ({ signal: AbortSignal.abort(reason), clear: () => undefined }))).toMatchObject({
      error: { code: 'UNAVAILABLE' },
    });
  });

  it('clears the limit whatever happens', async () => {
    let cleared = 0;
    const counting = (): Deadline => ({ signal: new AbortController().signal, clear: () => void (cleared += 1) });
    for (const how of ['checks', 'sends', 'returns nothing']) await drive(how, counting);
    expect(cleared).toBe(3);
  });

  it('does not let a node send that did not declare it', async () => {
    expect(await drive('sends', never)).toMatchObject({ kind: 'nodeFailed', error: { code: 'NODE_CRASHED' } });
  });

  it('does not trust what a node returns', async () => {
    expect(await drive('returns nothing', never)).toMatchObject({
      kind: 'nodeFailed',
      error: { code: 'NODE_CRASHED', message: expect.any(String) },
    });
    for (const result of [
      null,
      {},
      { kind: 'done' },
      { kind: 'done', port: 'x', output: undefined },
      { kind: 'done', port: 'x', output: { a: new Date() } },
      { kind: 'done', port: 'x', output: 1, assign: [] },
      { kind: 'suspended', memo: null, wait: { kind: 'sleep' } },
      { kind: 'suspended', memo: () => 1, wait: { kind: 'time', dueAtMs: 1 } },
    ]) {
      expect(toRunEvent('p1', { kind: 'returned', result: result as NodeResult }, 0)).toMatchObject({
        kind: 'nodeFailed',
        error: { code: 'NODE_CRASHED' },
      });
    }
  });
});

describe('replies', () => {
  it('are messages and taps, not comments', () => {
    expect(
      ['instagram/message', 'telegram/postback', 'instagram/comment', 'instagram/message-edit'].map((kind) =>
        isReply({ kind }),
      ),
    ).toEqual([true, true, false, false]);
    expect(toReply({ ...event, kind: 'instagram/postback', data: { title: 'Red', payload: 'r' } })).toEqual({
      kind: 'instagram/postback',
      text: 'Red',
      title: 'Red',
      payload: 'r',
    });
  });
});
