import type { JsonObject, JsonValue } from '@heddle/schemas';
import { isJsonObject } from '@heddle/schemas';

/** The collections of records that the nodes of this plugin use; the host's catalog keeps them. */
export const RECORDS = {
  /** One scan by its id: options, how far it is, the page in hand. */
  scan: 'catalog/scan',
  /** What became of one post in a scan, by `scanId/mediaId`. */
  scanItem: 'catalog/scan-item',
  /** What the model said about a caption, by `mediaId:captionHash`; made before the model is asked. */
  extraction: 'catalog/extraction',
  /** A product draft by where it comes from, `media:<id>` or `run:<id>/<node>/<visit>`. */
  draft: 'catalog/draft',
} as const;

/** A post as `scan-media` puts it out and the next nodes read it. */
export interface MediaItem {
  readonly mediaId: string;
  readonly caption: string;
  readonly mediaType: string;
  readonly pictureUrl: string | null;
  readonly permalink: string | null;
  /** RFC 3339, or null when the platform gave no time. */
  readonly postedAt: string | null;
}

/** An own text property that says something; undefined for everything else. */
export function textIn(value: JsonValue | undefined, key: string): string | undefined {
  const found = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** An own number property. */
export function numberIn(value: JsonValue | undefined, key: string): number | undefined {
  const found = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** An own list property; empty when it is none. */
export function listIn(value: JsonValue | undefined, key: string): readonly JsonValue[] {
  const found = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}

/** The post that a node got from the one before; undefined when there is none in it. */
export function toMediaItem(value: JsonValue): (MediaItem & JsonObject) | undefined {
  const mediaId = textIn(value, 'mediaId');
  if (mediaId === undefined) return undefined;
  return {
    mediaId,
    caption: textIn(value, 'caption') ?? '',
    mediaType: textIn(value, 'mediaType') ?? 'IMAGE',
    pictureUrl: textIn(value, 'pictureUrl') ?? null,
    permalink: textIn(value, 'permalink') ?? null,
    postedAt: textIn(value, 'postedAt') ?? null,
  };
}
