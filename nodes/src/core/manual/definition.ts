import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';

/** Starts a run by hand or through the API. */
export const manual = defineNode({
  type: 'core/manual',
  version: 1,
  title: 'When I start it',
  summary: 'Starts when a member presses "Run", or by an API call.',
  icon: 'player-play',
  category: 'trigger',
  role: 'trigger',
  effect: 'pure',
  config: Type.Object({}, { additionalProperties: false }),
  ports: {
    matched: {
      title: 'Started',
      tone: 'positive',
      output: outputSchema({
        data: ['object', 'Data given at the start'],
        startedAt: ['string', 'Moment of the start'],
      }),
    },
  },
  events: ['core/manual'],
  cardText: 'By hand or API',
});
