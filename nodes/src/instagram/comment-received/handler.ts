import { defineHandler } from '@heddle/engine';
import { textOf } from '../event-text.ts';
import { findKeyword, specificityOf } from '../find-keyword.ts';
import { commentReceived } from './definition.ts';

/** A post that was chosen by hand beats every kind of word. */
const CHOSEN_POST_BONUS = 100;
const REELS_BONUS = 10;

/** Comments of the account itself never get here: the webhook parser gives them a kind that no trigger listens to. */
export const commentReceivedHandler = defineHandler(commentReceived, {
  match: ({ config, event, contact }) => {
    const { data } = event;
    const mediaId = textOf(data, 'mediaId');
    const mediaKind = textOf(data, 'mediaKind').toUpperCase();
    const parentId = textOf(data, 'parentId');
    const text = textOf(data, 'text');
    if (event.contact === undefined)
      return { reason: 'Instagram does not say who wrote the comment, so nobody could be answered.' };
    if (parentId !== '' && !config.includeReplies)
      return { reason: 'It answers another comment, and replies do not count here.' };
    if (config.posts === 'reels' && mediaKind !== 'REELS') return { reason: 'The post is no reel.' };
    if (config.posts === 'chosen' && !(config.mediaIds ?? []).includes(mediaId))
      return { reason: 'The post is none of the chosen ones.' };
    const keyword = findKeyword(text, config.match, config.keywords ?? []);
    if (keyword === undefined)
      return { reason: `The comment has none of the words: ${(config.keywords ?? []).join(', ')}.` };
    return {
      output: {
        commentId: textOf(data, 'commentId'),
        text,
        keyword,
        username: event.contact.username ?? contact?.username ?? null,
        name: event.contact.name ?? contact?.name ?? null,
        mediaId,
        mediaKind,
        parentId: parentId === '' ? null : parentId,
        isLive: data['isLive'] === true,
      },
      specificity:
        specificityOf(config.match) +
        (config.posts === 'chosen' ? CHOSEN_POST_BONUS : config.posts === 'reels' ? REELS_BONUS : 0),
    };
  },
});
