/** All node types that come with Heddle, as data: safe for the browser. Handlers are in `handlers.ts`. */
import type { NodeDefinition } from '@heddle/schemas';
import { aiDefinitions } from './ai/definitions.ts';
import { contactsDefinitions } from './contacts/definitions.ts';
import { coreDefinitions } from './core/definitions.ts';
import { instagramDefinitions } from './instagram/definitions.ts';

/** In palette order. */
export const builtInDefinitions: readonly NodeDefinition[] = [
  ...instagramDefinitions,
  ...coreDefinitions,
  ...contactsDefinitions,
  ...aiDefinitions,
];

export { nextScheduleTick, type ScheduleConfig } from './core/schedule/next-tick.ts';
