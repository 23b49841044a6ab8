import { runNode, TEST_NOW_MS, type Fakes, type RunNodeOptions } from '@heddle/engine/test-kit';
import { FlowError, type JsonObject, type JsonValue } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { createContainerHandler } from './create-container/handler.ts';
import { publishHandler } from './publish/handler.ts';
import { reportHandler } from './report/handler.ts';
import { validateHandler } from './validate/handler.ts';
import { waitUntilReadyHandler } from './wait-until-ready/handler.ts';

const picture = (name: string) => ({ url: `https://shop.example/${name}.jpg`, altText: name });
const trigger: JsonObject = { postId: 'p1', revision: 3, caption: 'Hello', media: [picture('a')] };
const reads = (answers: Record<string, JsonValue>): Fakes => ({ read: (_connection, what) => answers[what] ?? {} });
const minutes = (count: number) => count * 60_000;
const content = { connection: '@shop', caption: 'Hello' };
const ready = { connection: '@shop', containerId: 'c1' };

describe('checking', () => {
  const check = (answer: JsonValue, more: Partial<RunNodeOptions> = {}) =>
    runNode(validateHandler, { config: content, trigger, fakes: reads({ publishingCheck: answer }), ...more });
  const usedUp = { problems: [], quota: { used: 100, total: 100 } };

  it('lets a good post through', async () => {
    const { result } = await check({ problems: [], quota: { used: 12, total: 100 } });
    expect(result).toMatchObject({ port: 'valid', output: { pictures: 1, quotaUsed: 12 } });
  });

  it('waits for the rolling window when nothing is left, and gives up after it has turned', async () => {
    expect((await check(usedUp)).result).toMatchObject({
      kind: 'suspended',
      wait: { dueAtMs: TEST_NOW_MS + minutes(30) },
    });
    const late = await check(usedUp, {
      resumed: { kind: 'elapsed' },
      memo: { quotaSinceMs: TEST_NOW_MS - minutes(25 * 60) },
    });
    expect(late.result).toMatchObject({ port: 'invalid', output: { reason: expect.stringContaining('100 posts') } });
  });

  it.each([
    ['CONNECTION_NOT_READY', 'invalid'],
    ['PLATFORM_TOKEN_INVALID', 'invalid'],
    ['PLATFORM_PERMISSION_MISSING', 'invalid'],
    ['PLATFORM_ACCOUNT_PAUSED', 'invalid'],
    ['PLATFORM_UNAVAILABLE', null],
    ['PLATFORM_RATE_LIMITED', null],
  ] as const)('%s leads to %s', async (code, port) => {
    const read = () => {
      throw new FlowError(code, 'No.');
    };
    const { result, error } = await runNode(validateHandler, { config: content, trigger, fakes: { read } });
    expect(result === null ? null : 'port' in result && result.port).toBe(port);
    expect(error?.code ?? null).toBe(port === null ? code : null);
  });
});

describe('waiting for a prepared post', () => {
  const look = (container: JsonValue, memo?: JsonValue) =>
    runNode(waitUntilReadyHandler, {
      config: ready,
      fakes: reads({ container }),
      ...(memo === undefined ? {} : { memo }),
    });

  it.each<[JsonObject, string]>([
    [{ status: 'FINISHED' }, 'ready'],
    [{ status: 'PUBLISHED' }, 'ready'],
    [{ status: 'ERROR', reason: 'Too large.', canBeMadeAnew: false }, 'failed'],
    [{ status: 'ERROR', reason: 'Timed out.', canBeMadeAnew: true }, 'expired'],
    [{ status: 'EXPIRED', reason: 'Old.', canBeMadeAnew: true }, 'expired'],
  ])('%j leads to %s', async (container, port) => {
    expect((await look(container)).result).toMatchObject({ port });
  });

  it('looks again later and later, for 10 minutes', async () => {
    const waiting = (memo?: JsonValue) => look({ status: 'IN_PROGRESS' }, memo);
    expect((await waiting()).result).toMatchObject({
      kind: 'suspended',
      wait: { dueAtMs: TEST_NOW_MS + 1000 },
      memo: { polls: 1 },
    });
    const sixth = await waiting({ polls: 5, sinceMs: TEST_NOW_MS - minutes(1) });
    expect(sixth.result).toMatchObject({ wait: { dueAtMs: TEST_NOW_MS + 30_000 } });
    expect((await waiting({ polls: 30, sinceMs: TEST_NOW_MS - minutes(11) })).result).toMatchObject({ port: 'failed' });
  });
});

describe('preparing', () => {
  it('makes the pictures of a carousel once, waits for them, then makes the carousel', async () => {
    const config = { ...content, media: [picture('a'), picture('b')] };
    const first = await runNode(createContainerHandler, {
      config,
      fakes: reads({ container: { status: 'IN_PROGRESS' } }),
    });
    expect(first.result).toMatchObject({ kind: 'suspended' });
    const memo = first.result?.kind === 'suspended' ? first.result.memo : null;
    const { result, world } = await runNode(createContainerHandler, {
      config,
      memo,
      world: first.world,
      fakes: reads({ container: { status: 'FINISHED' } }),
    });
    expect(result).toMatchObject({ port: 'created', output: { childIds: ['sent-1', 'sent-2'] } });
    expect(world.sent.map(({ action }) => (action.kind === 'createContainer' ? action.container.kind : ''))).toEqual([
      'item',
      'item',
      'carousel',
    ]);
  });

  it('makes a picture anew when its failure may pass, and gives up when it may not', async () => {
    const config = { ...content, media: [picture('a'), picture('b')] };
    const passing = await runNode(createContainerHandler, {
      config,
      fakes: reads({ container: { status: 'ERROR', reason: 'Slow.', canBeMadeAnew: true } }),
    });
    expect(passing.result).toMatchObject({ memo: { generation: 2 } });
    const final = await runNode(createContainerHandler, {
      config,
      fakes: reads({ container: { status: 'ERROR', reason: 'A PNG.' } }),
    });
    expect(final.error).toMatchObject({ code: 'PLATFORM_REFUSED', message: 'Picture 1: A PNG.' });
  });

  it('stops after the first try and 3 more', async () => {
    expect((await runNode(createContainerHandler, { config: content, trigger, visit: 5 })).error?.code).toBe(
      'PLATFORM_REFUSED',
    );
  });
});

describe('publishing', () => {
  const config = { ...ready, caption: 'Hello' };
  const publish = (error?: FlowError, read?: NonNullable<Fakes['read']>) =>
    runNode(publishHandler, {
      config,
      trigger,
      fakes: {
        onSend: () => {
          if (error !== undefined) throw error;
          return { platformId: 'm1' };
        },
        read: read ?? (() => ({ permalink: 'https://www.instagram.com/p/x/' })),
      },
    });

  it('gives the link, and is published without one when the link cannot be read', async () => {
    expect((await publish()).result).toMatchObject({
      port: 'published',
      output: { mediaId: 'm1', permalink: 'https://www.instagram.com/p/x/' },
    });
    const unread = await publish(undefined, () => {
      throw new FlowError('PLATFORM_UNAVAILABLE', 'Down.');
    });
    expect(unread.result).toMatchObject({ port: 'published', output: { permalink: '' } });
    expect(unread.world.sent).toHaveLength(1);
  });

  it.each<[string, FlowError, string | null]>([
    ['an unknown outcome', new FlowError('SEND_OUTCOME_UNKNOWN', '?'), 'unconfirmed'],
    [
      '9007: not ready',
      new FlowError('PLATFORM_UNAVAILABLE', '!', { details: { code: 9007, subcode: 2207027 } }),
      'notReady',
    ],
    ['9/2207042: quota', new FlowError('PLATFORM_RATE_LIMITED', '!', { retryAtMs: 1 }), null],
    ['a temporary fault', new FlowError('PLATFORM_UNAVAILABLE', '!'), 'failed'],
    ['a refusal', new FlowError('PLATFORM_REFUSED', '!'), 'failed'],
    ['a dead token', new FlowError('PLATFORM_TOKEN_INVALID', '!'), 'failed'],
  ])('%s', async (_name, error, port) => {
    const { result } = await publish(error);
    expect(result === null ? null : 'port' in result && result.port).toBe(port);
  });

  it('does nothing for a run whose post was changed, tried again or deleted since', async () => {
    for (const record of [
      { status: 'publishing', revision: 4 },
      { status: 'failed', revision: 3 },
      { status: 'deleted', revision: 0 },
    ]) {
      const { world } = await publish();
      world.records.set('publishing/post', new Map([['p1', record]]));
      world.sent.length = 0;
      const { result } = await runNode(publishHandler, { config, trigger, world });
      expect([result, world.sent]).toMatchObject([{ port: 'failed' }, []]);
    }
  });
});

it('the report notes what the node before says', async () => {
  const report = (outcome: string, input: JsonObject) =>
    runNode(reportHandler, { config: { outcome }, trigger, input });
  const noted = async (outcome: string, input: JsonObject) =>
    (await report(outcome, input)).world.records.get('publishing/post')?.get('p1');
  expect(await noted('published', { mediaId: 'm1', permalink: 'https://x/' })).toMatchObject({
    outcome: 'published',
    revision: 3,
    permalink: 'https://x/',
    reason: '',
  });
  expect(await noted('failed', { reason: 'Too large.' })).toMatchObject({ outcome: 'failed', reason: 'Too large.' });
  expect(await noted('failed', { code: 'NODE_TIMED_OUT', message: 'Too slow.' })).toMatchObject({
    reason: 'Too slow.',
  });
  expect((await runNode(reportHandler, { config: { outcome: 'failed' }, trigger: {} })).error?.code).toBe(
    'NODE_CONFIG_INVALID',
  );
});
