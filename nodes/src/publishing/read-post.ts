import { isJsonObject, type JsonValue } from '@heddle/schemas';
import type { PostContent } from './post-rules.ts';

/** The post that a node works with: its own settings first, else the post that started the run. */
export function readPost(
  config: { caption: string; media?: { url: string; altText?: string }[] },
  trigger: JsonValue,
): PostContent {
  const due = isJsonObject(trigger) && Array.isArray(trigger['media']) ? trigger['media'] : [];
  const media = config.media ?? due.flatMap((item) => (isJsonObject(item) ? [item] : []));
  return {
    caption: config.caption,
    media: media.map((item) => ({ url: textOf(item['url']), altText: textOf(item['altText']) })),
  };
}

/** The text, or empty for anything else. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
