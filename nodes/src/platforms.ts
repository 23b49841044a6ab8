import type { Platform } from '@heddle/engine';
import { instagramPlatform } from './instagram/platform/client.ts';

/** The platforms that come with Heddle. Server only. */
export const builtInPlatforms: readonly Platform[] = [instagramPlatform];

export { createInstagramPlatform, instagramPlatform } from './instagram/platform/client.ts';
export { createOpenAiService, type OpenAiOptions } from './ai/openai-client.ts';
