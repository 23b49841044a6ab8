import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';
import { accountField, accountNeed, containerIdField } from '../post-fields.ts';

/** Looks at a prepared post until Instagram is done with it. Reads only; the run sleeps in between. */
export const waitUntilReady = defineNode({
  type: 'publishing/wait-until-ready',
  version: 1,
  title: 'Wait until it is ready',
  summary: 'Looks now and then whether Instagram has finished preparing the post, for at most 10 minutes.',
  icon: 'hourglass',
  category: 'publish',
  effect: 'read',
  config: Type.Object({ connection: accountField, containerId: containerIdField }, { additionalProperties: false }),
  ports: {
    ready: {
      title: 'Ready',
      tone: 'positive',
      output: outputSchema({ containerId: ['string', 'Prepared post'] }),
    },
    failed: {
      title: 'Failed',
      description: 'Instagram will not take it as it is.',
      tone: 'negative',
      output: outputSchema({ containerId: ['string', 'Prepared post'], reason: ['string', 'Why'] }),
    },
    expired: {
      title: 'Must be prepared anew',
      description: 'It is older than 24 hours, or failed for a reason that may pass.',
      output: outputSchema({ containerId: ['string', 'Prepared post'], reason: ['string', 'Why'] }),
    },
  },
  connections: [accountNeed],
  lint: { waitsUpToMs: 600_000 },
  cardText: 'Looks every few seconds',
  defaults: { containerId: '{{ input.containerId }}' },
});
