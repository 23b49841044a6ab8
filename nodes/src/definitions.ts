/** All node types that come with Heddle, as data: safe for the browser. Handlers are in `handlers.ts`. */
import type { NodeDefinition } from '@heddle/schemas';
import { aiDefinitions } from './ai/definitions.ts';
import { catalogDefinitions } from './catalog/definitions.ts';
import { contactsDefinitions } from './contacts/definitions.ts';
import { coreDefinitions } from './core/definitions.ts';
import { instagramDefinitions } from './instagram/definitions.ts';
import { publishingDefinitions } from './publishing/definitions.ts';

/** In palette order. */
export const builtInDefinitions: readonly NodeDefinition[] = [
  ...instagramDefinitions,
  ...coreDefinitions,
  ...contactsDefinitions,
  ...aiDefinitions,
  ...catalogDefinitions,
  ...publishingDefinitions,
];

export { decimalsOf, formatMoney } from './catalog/money.ts';
export { nextScheduleTick, type ScheduleConfig } from './core/schedule/next-tick.ts';
export { fromLocalTime, isTimeZone } from '@heddle/engine';
export { checkPostContent, countCaption, POST_LIMITS, type PostContent } from './publishing/post-rules.ts';
