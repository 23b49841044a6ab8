import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { connectionField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';
import { keywordsField, matchField } from '../keyword-fields.ts';
import { BASIC_SCOPE, COMMENTS_SCOPE } from '../scopes.ts';

/** Starts a run for a comment under a post, reel or live video of the account. */
export const commentReceived = defineNode({
  type: 'instagram/comment-received',
  version: 1,
  title: 'When someone comments',
  summary: 'Starts when a person comments on your posts or reels, for every comment or for chosen words.',
  icon: 'message-circle',
  category: 'trigger',
  role: 'trigger',
  effect: 'pure',
  config: Type.Object(
    {
      connection: connectionField('The Instagram account whose posts are watched.'),
      match: matchField,
      keywords: keywordsField,
      posts: Type.Enum(['any', 'chosen', 'reels'], {
        title: 'On which posts',
        default: 'any',
        'x-widget': 'select',
        'x-group': 'Posts',
        'x-enum-titles': { any: 'All posts and reels', chosen: 'Only the posts I choose', reels: 'All reels' },
      }),
      mediaIds: Type.Optional(
        Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
          title: 'Chosen posts',
          maxItems: 100,
          'x-widget': 'media-picker',
          'x-group': 'Posts',
          'x-show-if': { posts: 'chosen' },
        }),
      ),
      includeReplies: Type.Boolean({
        title: 'Replies to other comments count too',
        description: 'Off: only comments directly under the post.',
        default: false,
        'x-widget': 'switch',
        'x-group': 'Posts',
        'x-advanced': true,
      }),
    },
    { additionalProperties: false },
  ),
  ports: {
    matched: {
      title: 'Comment fits',
      tone: 'positive',
      output: outputSchema({
        commentId: ['string', 'Comment id'],
        text: ['string', 'Comment text'],
        keyword: ['string', 'Word that fitted', 'Empty when every comment counts'],
        username: ['string', 'User name of the person'],
        name: ['string', 'Name of the person'],
        mediaId: ['string', 'Post id'],
        mediaKind: ['string', 'Kind of post', 'FEED, REELS, STORY, AD or LIVE'],
        parentId: ['string', 'Comment that it answers', 'Empty for a comment directly under the post'],
        isLive: ['boolean', 'Written during a live video'],
      }),
    },
  },
  connections: [{ field: 'connection', platform: 'instagram', scopes: [BASIC_SCOPE, COMMENTS_SCOPE] }],
  events: ['instagram/comment'],
  cardText:
    "{% if config.match == 'any' %}Any comment{% else %}{{ config.keywords | join: ', ' }}{% endif %}{% if config.posts == 'reels' %} · reels{% elsif config.posts == 'chosen' %} · chosen posts{% endif %}",
  defaults: { match: 'word', keywords: [], posts: 'any', includeReplies: false },
});
