import type { NodeHandler } from '@heddle/engine';
import { aiReplyHandler } from './reply/handler.ts';

/** Code of the plugin `ai`. */
export const aiHandlers: readonly NodeHandler[] = [aiReplyHandler];
