import { makeContact, runNode, TEST_NOW_MS, type World } from '@heddle/engine/test-kit';
import type { JsonObject, JsonValue } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { waitForReply } from './definition.ts';
import { waitForReplyHandler } from './handler.ts';

const HOUR_MS = 3_600_000;
const contact = makeContact('instagram', {});
const base: JsonObject = {
  ...waitForReply.defaults,
  connection: '@shop',
  question: 'Your e-mail?',
  kind: 'email',
  reask: 'Please write an e-mail address.',
  maxTries: 2,
};

const start = (config: JsonObject = {}) => runNode(waitForReplyHandler, { config: { ...base, ...config }, contact });
const reply = (world: World, data: JsonObject, memo: JsonValue, config: JsonObject = {}) =>
  runNode(waitForReplyHandler, {
    config: { ...base, ...config },
    world,
    resumed: { kind: 'replied', reply: data },
    memo,
    nowMs: TEST_NOW_MS + 5000,
  });

describe('core/wait-for-reply', () => {
  it('asks and waits', async () => {
    const { result, world } = await start();
    expect(result).toEqual({
      kind: 'suspended',
      wait: { kind: 'reply', dueAtMs: TEST_NOW_MS + 23 * HOUR_MS, mergeMs: 3000 },
      memo: { tries: 0, askedAtMs: TEST_NOW_MS },
    });
    expect(world.sent).toMatchObject([
      {
        key: 'ask-1',
        connection: '@shop',
        action: { kind: 'message', to: 'test-person', message: { kind: 'text', text: 'Your e-mail?' } },
      },
    ]);
  });

  it('asks once only when it is run again after a crash', async () => {
    const { world } = await start();
    await runNode(waitForReplyHandler, { config: base, world });
    expect(world.sent).toHaveLength(1);
  });

  it('waits without asking when a message before it asked', async () => {
    const { result, world } = await start({ question: '' });
    expect(result?.kind).toBe('suspended');
    expect(world.sent).toEqual([]);
  });

  it('hands on an answer that fits, and keeps it', async () => {
    const { world } = await start();
    const kept = await reply(
      world,
      { text: 'it is Peter@Example.com' },
      { tries: 0, askedAtMs: TEST_NOW_MS },
      { saveTo: 'field', saveName: 'email' },
    );
    expect(kept.result).toEqual({
      kind: 'done',
      port: 'answered',
      output: { value: 'peter@example.com', text: 'it is Peter@Example.com', choice: null, tries: 1 },
    });
    expect(world.contact?.fields).toEqual({ email: 'peter@example.com' });
    const variable = await reply(
      world,
      { text: 'a@example.com' },
      { tries: 0 },
      { saveTo: 'variable', saveName: 'email' },
    );
    expect(variable.result).toMatchObject({ assign: { email: 'a@example.com' } });
  });

  it('asks again, and gives up after the allowed answers', async () => {
    const { world } = await start();
    const second = await reply(world, { text: 'no idea' }, { tries: 0, askedAtMs: TEST_NOW_MS });
    expect(second.result).toMatchObject({ kind: 'suspended', memo: { tries: 1 } });
    expect(world.sent.map((sent) => sent.key)).toEqual(['ask-1', 'ask-2']);
    const third = await reply(world, { text: 'still none' }, { tries: 1 });
    expect(third.result).toEqual({ kind: 'done', port: 'invalid', output: { text: 'still none', tries: 2 } });
    expect(world.sent).toHaveLength(2);
  });

  it('leaves by the time limit', async () => {
    const { world } = await start();
    const late = await runNode(waitForReplyHandler, {
      config: base,
      world,
      resumed: { kind: 'timedOut' },
      memo: { tries: 0, askedAtMs: TEST_NOW_MS },
      nowMs: TEST_NOW_MS + 23 * HOUR_MS,
    });
    expect(late.result).toEqual({ kind: 'done', port: 'timeout', output: { waitedMs: 23 * HOUR_MS } });
  });

  const choices = [
    { id: 'yes', label: 'Yes, send me the whole list', keywords: ['ndio'] },
    { id: 'no', label: 'No' },
  ];

  it('shows choices as quick replies, takes taps at once, and leaves by the exit of the choice', async () => {
    const { result, world } = await start({ kind: 'choice', choices });
    expect(result).toMatchObject({ wait: { mergeMs: 0 } });
    expect(world.sent[0]?.action).toMatchObject({
      message: {
        quickReplies: [
          { title: 'Yes, send me the who', payload: 'yes' },
          { title: 'No', payload: 'no' },
        ],
      },
    });
    expect(
      (
        await reply(
          world,
          { text: 'Yes, send me the who', quickReplyPayload: 'yes' },
          { tries: 0 },
          { kind: 'choice', choices },
        )
      ).result,
    ).toMatchObject({ port: 'yes' });
    expect((await reply(world, { text: 'NDIO!' }, { tries: 0 }, { kind: 'choice', choices })).result).toMatchObject({
      port: 'yes',
      output: { choice: 'yes', value: 'Yes, send me the whole list' },
    });
    expect(
      (await reply(world, { title: 'No', payload: 'no' }, { tries: 0 }, { kind: 'choice', choices })).result,
    ).toMatchObject({ port: 'no' });
  });

  it('refuses to run for nobody', async () => {
    const { error } = await runNode(waitForReplyHandler, { config: base, contact: null });
    expect(error?.code).toBe('SEND_REFUSED');
  });
});
