import type { NodeDefinition } from '@heddle/schemas';
import { aiReply } from './reply/definition.ts';

/** Node types of the plugin `ai`, in palette order. Browser safe. */
export const aiDefinitions: readonly NodeDefinition[] = [aiReply];
