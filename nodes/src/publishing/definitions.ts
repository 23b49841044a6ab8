import type { NodeDefinition } from '@heddle/schemas';
import { createContainer } from './create-container/definition.ts';
import { postDue } from './post-due/definition.ts';
import { publish } from './publish/definition.ts';
import { report } from './report/definition.ts';
import { validate } from './validate/definition.ts';
import { waitUntilReady } from './wait-until-ready/definition.ts';

/** Node types of the plugin `publishing`, in palette order. Browser safe. */
export const publishingDefinitions: readonly NodeDefinition[] = [
  postDue,
  validate,
  createContainer,
  waitUntilReady,
  publish,
  report,
];
