import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { connectionField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';

/** A run may come to one node 1,000 times; the last time says that there is no more. */
export const MAX_POSTS = 900;

/** Goes through the posts of an account, one each time the run comes here. */
export const scanMedia = defineNode({
  type: 'catalog/scan-media',
  version: 1,
  title: 'Next post of the account',
  summary: 'Gives one post each time the run comes here, newest first. Lead the path back to it for the next one.',
  icon: 'photo-search',
  category: 'catalog',
  effect: 'read',
  config: Type.Object(
    {
      connection: connectionField('The account whose posts are read.'),
      limit: Type.Integer({
        title: 'Posts at most',
        minimum: 1,
        maximum: MAX_POSTS,
        default: 200,
        'x-widget': 'number',
      }),
      since: Type.Optional(
        Type.String({
          title: 'Not older than',
          description: 'A day such as 2026-01-31. Left empty: all.',
          pattern: '^(\\d{4}-\\d{2}-\\d{2})?$',
          'x-widget': 'text',
          'x-placeholder': '2026-01-31',
        }),
      ),
      includeCarousels: Type.Boolean({ title: 'Posts with several pictures', default: true, 'x-widget': 'switch' }),
      includeVideos: Type.Boolean({ title: 'Videos and reels', default: false, 'x-widget': 'switch' }),
    },
    { additionalProperties: false },
  ),
  ports: {
    item: {
      title: 'Next post',
      tone: 'positive',
      output: outputSchema({
        mediaId: ['string', 'Post id'],
        caption: ['string', 'Caption'],
        mediaType: ['string', 'Kind of post'],
        pictureUrl: ['string', 'Picture'],
        permalink: ['string', 'Link to the post'],
        postedAt: ['string', 'Posted at'],
        number: ['integer', 'Number in this scan'],
        scanId: ['string', 'Scan'],
      }),
    },
    done: {
      title: 'No more posts',
      output: outputSchema({ scanId: ['string', 'Scan'], posts: ['integer', 'Posts gone through'] }),
    },
  },
  connections: [{ field: 'connection', platform: 'instagram', scopes: ['instagram_business_basic'] }],
  cardText: 'Up to {{ config.limit }} posts, newest first',
  defaults: { limit: 200, includeCarousels: true, includeVideos: false },
  timeoutMs: 120_000,
});
