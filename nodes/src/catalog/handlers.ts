import type { NodeHandler } from '@heddle/engine';
import { extractProductHandler } from './extract-product/handler.ts';
import { saveDraftHandler } from './save-draft/handler.ts';
import { scanMediaHandler } from './scan-media/handler.ts';

/** Code of the plugin `catalog`, one per definition, in the same order. */
export const catalogHandlers: readonly NodeHandler[] = [scanMediaHandler, extractProductHandler, saveDraftHandler];
