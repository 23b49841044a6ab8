import type { NodeHandler } from '@heddle/engine';
import { createContainerHandler } from './create-container/handler.ts';
import { postDueHandler } from './post-due/handler.ts';
import { publishHandler } from './publish/handler.ts';
import { reportHandler } from './report/handler.ts';
import { validateHandler } from './validate/handler.ts';
import { waitUntilReadyHandler } from './wait-until-ready/handler.ts';

/** Code of the plugin `publishing`. */
export const publishingHandlers: readonly NodeHandler[] = [
  postDueHandler,
  validateHandler,
  createContainerHandler,
  waitUntilReadyHandler,
  publishHandler,
  reportHandler,
];
