/** The code of all node types that come with Heddle. Server and simulator. */
import type { NodeHandler } from '@heddle/engine';
import { aiHandlers } from './ai/handlers.ts';
import { catalogHandlers } from './catalog/handlers.ts';
import { contactsHandlers } from './contacts/handlers.ts';
import { coreHandlers } from './core/handlers.ts';
import { instagramHandlers } from './instagram/handlers.ts';
import { publishingHandlers } from './publishing/handlers.ts';

/** One per definition, in the same order. */
export const builtInHandlers: readonly NodeHandler[] = [
  ...instagramHandlers,
  ...coreHandlers,
  ...contactsHandlers,
  ...aiHandlers,
  ...catalogHandlers,
  ...publishingHandlers,
];
