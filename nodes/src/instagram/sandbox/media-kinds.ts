import type { MediaRow } from './model.ts';

/** `media_product_type` of the API and of webhooks. */
export function toProductType(media: MediaRow): 'FEED' | 'REELS' | 'STORY' | 'LIVE' {
  switch (media.kind) {
    case 'reel':
      return 'REELS';
    case 'story':
      return 'STORY';
    case 'live':
      return 'LIVE';
    case 'image':
    case 'video-item':
    case 'carousel':
      return 'FEED';
  }
}

export function toMediaType(media: MediaRow): 'IMAGE' | 'VIDEO' | 'CAROUSEL_ALBUM' {
  if (media.kind === 'carousel') return 'CAROUSEL_ALBUM';
  return media.kind === 'reel' || media.kind === 'live' || media.kind === 'video-item' ? 'VIDEO' : 'IMAGE';
}

export function toPermalink(media: MediaRow): string {
  return `https://www.instagram.com/${media.kind === 'reel' ? 'reel' : 'p'}/${media.shortcode}/`;
}
