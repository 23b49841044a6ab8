import { isJsonObject, type JsonValue } from '@heddle/schemas';
import type { MediaView } from '@heddle/schemas/api';

/** A page of `read('media')` of a platform, for the post picker. Entries without an id are left out. */
export function toMediaViews(page: JsonValue): { items: MediaView[]; nextCursor: string | null } {
  const { items, after } = isJsonObject(page) ? page : {};
  const views = (Array.isArray(items) ? items : []).flatMap((item): MediaView[] => {
    const id = text(item, 'id');
    if (id === null) return [];
    return [
      {
        id,
        kind: text(item, 'mediaType') ?? text(item, 'kind') ?? 'IMAGE',
        caption: text(item, 'caption') ?? '',
        // A video has its picture in the thumbnail.
        pictureUrl: text(item, 'thumbnailUrl') ?? text(item, 'mediaUrl'),
        permalink: text(item, 'permalink'),
        postedAt: toTimestamp(text(item, 'timestamp')),
      },
    ];
  });
  return { items: views, nextCursor: typeof after === 'string' ? after : null };
}

function text(item: JsonValue, key: string): string | null {
  const value = isJsonObject(item) ? item[key] : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Platforms write `+0000`; RFC 3339 wants `Z` or a colon. An unknown time becomes the epoch, which sorts last. */
function toTimestamp(value: string | null): string {
  const atMs = Date.parse((value ?? '').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return new Date(Number.isNaN(atMs) ? 0 : atMs).toISOString();
}
