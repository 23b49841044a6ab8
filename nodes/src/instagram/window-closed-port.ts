import type { PortSpec } from '@heddle/schemas';
import { outputSchema } from '../output-schema.ts';

/** Exit of nodes that write direct messages. Browser safe. */
export const windowClosedPort: PortSpec = {
  title: 'More than 24 hours ago',
  description: 'The person last wrote more than 24 hours ago, so Instagram takes no message. Nothing more was sent.',
  tone: 'negative',
  output: outputSchema({
    reason: ['string', 'Why it was not sent'],
    sentCount: ['integer', 'Bubbles sent before that'],
  }),
};
