import { isJsonObject, type JsonObject, type JsonValue } from '@heddle/schemas';
import { listIn, textIn, type MediaItem } from '../records.ts';

/** Which posts a scan takes. */
export interface MediaFilter {
  readonly includeCarousels: boolean;
  readonly includeVideos: boolean;
  /** Posts before this moment (epoch ms) are left out and end the scan; null: all. */
  readonly sinceMs: number | null;
}

export interface MediaPage {
  readonly items: (MediaItem & JsonObject)[];
  /** Cursor of the next page; null after the last one, or when the rest is too old. */
  readonly after: string | null;
}

/** Reads a page of `read('media')`, newest first. Posts without an id are left out. */
export function toMediaPage(answer: JsonValue, filter: MediaFilter): MediaPage {
  const items: (MediaItem & JsonObject)[] = [];
  let endsTooOld = false;
  for (const entry of listIn(answer, 'items')) {
    const mediaId = textIn(entry, 'id');
    if (mediaId === undefined) continue;
    const postedMs = parseTime(textIn(entry, 'timestamp'));
    // Not the first old one ends the scan: a pinned post stands first whatever its age.
    endsTooOld = filter.sinceMs !== null && postedMs !== null && postedMs < filter.sinceMs;
    if (endsTooOld) continue;
    const mediaType = textIn(entry, 'mediaType') ?? 'IMAGE';
    if (mediaType === 'VIDEO' && !filter.includeVideos) continue;
    if (mediaType === 'CAROUSEL_ALBUM' && !filter.includeCarousels) continue;
    items.push({
      mediaId,
      // Instagram allows 2,200 characters; whatever is longer is no caption of theirs.
      caption: (textIn(entry, 'caption') ?? '').slice(0, 5_000),
      mediaType,
      pictureUrl: textIn(entry, 'thumbnailUrl') ?? (mediaType === 'VIDEO' ? null : (textIn(entry, 'mediaUrl') ?? null)),
      permalink: textIn(entry, 'permalink') ?? null,
      postedAt: postedMs === null ? null : new Date(postedMs).toISOString(),
    });
  }
  const after = isJsonObject(answer) ? textIn(answer, 'after') : undefined;
  return { items, after: endsTooOld ? null : (after ?? null) };
}

/** Graph writes `+0000`; RFC 3339 wants a colon. */
function parseTime(text: string | undefined): number | null {
  const atMs = Date.parse((text ?? '').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(atMs) ? null : atMs;
}
