import { defineHandler } from '@heddle/engine';
import type { InboundEvent } from '@heddle/schemas';
import { textOf } from '../event-text.ts';
import { findKeyword, specificityOf } from '../find-keyword.ts';
import { messageReceived } from './definition.ts';

/** How a message came. */
type Source = 'message' | 'quickReply' | 'postback' | 'storyReply' | 'storyMention';

/** A tapped button is the most specific thing there is. */
const PAYLOAD_SPECIFICITY = 200;
const STORY_BONUS = 100;

export const messageReceivedHandler = defineHandler(messageReceived, {
  match: ({ config, event, contact }) => {
    const { data } = event;
    const source = sourceOf(event);
    const isStory = source === 'storyReply' || source === 'storyMention';
    const payload = textOf(data, 'quickReplyPayload') || textOf(data, 'payload');
    const text = textOf(data, 'text') || textOf(data, 'title');
    const isPayload = payload !== '' && (config.payloads ?? []).includes(payload);
    if (!isPayload && config.stories === 'only' && !isStory) return { reason: 'It is no answer to a story.' };
    if (!isPayload && config.stories === 'exclude' && isStory)
      return { reason: 'Answers to stories do not count here.' };
    const keyword = isPayload ? '' : findKeyword(text, config.match, config.keywords ?? []);
    if (keyword === undefined)
      return { reason: `The message has none of the words: ${(config.keywords ?? []).join(', ')}.` };
    return {
      output: {
        messageId: textOf(data, 'messageId'),
        text,
        keyword,
        payload: payload === '' ? null : payload,
        source,
        username: event.contact?.username ?? contact?.username ?? null,
        name: event.contact?.name ?? contact?.name ?? null,
        storyId: data['storyId'] ?? null,
        storyUrl: data['storyUrl'] ?? null,
        attachments: data['attachments'] ?? [],
        referral: data['referral'] ?? null,
      },
      specificity: isPayload
        ? PAYLOAD_SPECIFICITY
        : specificityOf(config.match) + (config.stories === 'only' ? STORY_BONUS : 0),
    };
  },
});

function sourceOf(event: InboundEvent): Source {
  if (event.kind === 'instagram/postback') return 'postback';
  if (event.data['isStoryMention'] === true) return 'storyMention';
  if (event.data['storyId'] !== undefined || event.data['storyUrl'] !== undefined) return 'storyReply';
  return event.data['quickReplyPayload'] === undefined ? 'message' : 'quickReply';
}
