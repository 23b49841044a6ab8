import type { NodeDefinition } from '@heddle/schemas';
import { extractProduct } from './extract-product/definition.ts';
import { saveDraft } from './save-draft/definition.ts';
import { scanMedia } from './scan-media/definition.ts';

/** Node types of the plugin `catalog`, in palette order. Browser safe. */
export const catalogDefinitions: readonly NodeDefinition[] = [scanMedia, extractProduct, saveDraft];
