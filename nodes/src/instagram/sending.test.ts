import { makeContact, runNode } from '@heddle/engine/test-kit';
import { FlowError, type JsonObject } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { privateReplyHandler } from './private-reply/handler.ts';
import { replyToCommentHandler } from './reply-to-comment/handler.ts';
import { sendCarouselHandler } from './send-carousel/handler.ts';
import { sendMessageHandler } from './send-message/handler.ts';

const contact = makeContact('instagram', {});
const twoBubbles: JsonObject = {
  connection: '@shop',
  parts: [
    { kind: 'text', text: 'Hi', quickReplies: [{ title: 'Yes' }] },
    { kind: 'image', url: 'https://example.com/a.jpg' },
  ],
};
const windowClosed = () => {
  throw new FlowError('SEND_WINDOW_CLOSED', 'More than 24 hours.');
};

describe('instagram/send-message', () => {
  it('sends its bubbles in order, each once', async () => {
    const first = await runNode(sendMessageHandler, { config: twoBubbles, contact });
    expect(first.result).toEqual({
      kind: 'done',
      port: 'sent',
      output: { messageId: 'sent-2', messageIds: ['sent-1', 'sent-2'], text: 'Hi' },
    });
    const again = await runNode(sendMessageHandler, { config: twoBubbles, world: first.world });
    expect(again.result).toEqual(first.result);
    expect(first.world.sent.map((sent) => sent.key)).toEqual(['1', '2']);
  });

  it('leaves by its port when the window is closed, and throws everything else', async () => {
    const closed = await runNode(sendMessageHandler, { config: twoBubbles, contact, fakes: { onSend: windowClosed } });
    expect(closed.result).toEqual({
      kind: 'done',
      port: 'windowClosed',
      output: { reason: 'More than 24 hours.', sentCount: 0 },
    });
    const failed = await runNode(sendMessageHandler, {
      config: twoBubbles,
      contact,
      fakes: {
        onSend: () => {
          throw new FlowError('PLATFORM_TOKEN_INVALID', 'gone');
        },
      },
    });
    expect(failed.error?.code).toBe('PLATFORM_TOKEN_INVALID');
    const nobody = await runNode(sendMessageHandler, { config: twoBubbles, contact: null });
    expect(nobody.error?.code).toBe('SEND_REFUSED');
  });
});

describe('instagram/send-carousel', () => {
  const config: JsonObject = { connection: '@shop', cards: [{ title: 'Shoe', subtitle: 'KES 1500' }] };

  it('sends one message with all cards', async () => {
    const { result, world } = await runNode(sendCarouselHandler, { config, contact });
    expect(result).toMatchObject({ port: 'sent', output: { cardCount: 1 } });
    expect(world.sent).toMatchObject([{ action: { message: { kind: 'carousel', cards: config['cards'] } } }]);
    expect(
      (await runNode(sendCarouselHandler, { config, contact, fakes: { onSend: windowClosed } })).result,
    ).toMatchObject({ port: 'windowClosed' });
  });
});

describe('instagram/reply-to-comment', () => {
  it('picks by seed, always the same for the same visit, and uses all texts', async () => {
    const config: JsonObject = { connection: '@shop', variations: ['a', 'b', 'c'], commentId: 'c1' };
    const texts = new Set<string>();
    for (let seed = 0; seed < 30; seed += 1) {
      const { world } = await runNode(replyToCommentHandler, { config, contact, seed });
      const again = await runNode(replyToCommentHandler, { config, contact, seed });
      expect(again.world.sent).toEqual(world.sent);
      const [sent] = world.sent;
      if (sent?.action.kind === 'commentReply') texts.add(sent.action.text);
    }
    expect([...texts].toSorted()).toEqual(['a', 'b', 'c']);
  });
});

describe('instagram/private-reply', () => {
  const config: JsonObject = { connection: '@shop', text: 'Hi', commentId: 'c1' };
  const withError = (error: FlowError) =>
    runNode(privateReplyHandler, {
      config,
      contact,
      fakes: {
        onSend: () => {
          throw error;
        },
      },
    });

  it('sends one text to the comment', async () => {
    const { result, world } = await runNode(privateReplyHandler, { config, contact });
    expect(result).toMatchObject({ port: 'sent', output: { messageId: 'sent-1', text: 'Hi' } });
    expect(world.sent[0]?.action).toEqual({
      kind: 'privateReply',
      commentId: 'c1',
      message: { kind: 'text', text: 'Hi' },
    });
  });

  it('leaves by "refused" when the comment takes none, and throws everything else', async () => {
    expect(
      (await withError(new FlowError('PLATFORM_REFUSED', 'used', { details: { subcode: 2534025 } }))).result,
    ).toMatchObject({ port: 'refused', output: { reason: 'used' } });
    expect((await withError(new FlowError('SEND_WINDOW_CLOSED', 'late'))).result).toMatchObject({ port: 'refused' });
    expect((await withError(new FlowError('SEND_REFUSED', 'ours'))).result).toMatchObject({ port: 'refused' });
    expect(
      (await withError(new FlowError('PLATFORM_REFUSED', 'blocked', { details: { subcode: 2534029 } }))).error?.code,
    ).toBe('PLATFORM_REFUSED');
  });
});
