/** Reads the parameters of `POST /{ig-id}/media` (platforms.md D.2) and refuses what can be refused without fetching. Pure. */
import { GraphError, invalidParameter } from './graph-error.ts';
import { findJson, findNumber, isObject } from './json.ts';
import type { MediaKind } from './model.ts';
import type { Params } from './params.ts';

const CAPTION_LIMIT = 2200;
const HASHTAG_LIMIT = 30;
const MENTION_LIMIT = 20;
const ALT_TEXT_LIMIT = 1000;
const COLLABORATOR_LIMIT = 3;

const KNOWN = new Set([
  'access_token',
  'image_url',
  'video_url',
  'media_type',
  'is_carousel_item',
  'children',
  'caption',
  'alt_text',
  'user_tags',
  'collaborators',
  'location_id',
  'cover_url',
  'thumb_offset',
  'share_to_feed',
  'audio_name',
  'trial_params',
  'is_ai_generated',
]);

export interface ContainerRequest {
  readonly kind: MediaKind;
  readonly isCarouselItem: boolean;
  readonly imageUrl: string | null;
  readonly videoUrl: string | null;
  readonly childIds: readonly string[];
  readonly caption: string;
  readonly altText: string | null;
  readonly isSharedToFeed: boolean;
  readonly isAiGenerated: boolean;
}

/** @throws GraphError 100 (2207023, 2207028, 2207040), 36004/2207010, 9004/2207052. */
export function parseContainerRequest(params: Params): ContainerRequest {
  const unknown = params.names().find((name) => !KNOWN.has(name));
  if (unknown !== undefined)
    throw invalidParameter(`The param ${unknown} is not allowed or not available with Instagram Login.`);
  const isCarouselItem = params.flag('is_carousel_item') ?? false;
  const imageUrl = params.text('image_url') ?? null;
  const videoUrl = params.text('video_url') ?? null;
  const kind = parseKind(params.text('media_type'), isCarouselItem, videoUrl !== null);
  checkSources(kind, imageUrl, videoUrl);
  const childIds = kind === 'carousel' ? parseChildren(params) : [];
  const takesCaption = !isCarouselItem && kind !== 'story';
  if (isCarouselItem && params.has('location_id'))
    throw invalidParameter('The param location_id is not allowed on carousel items.');
  checkTags(params, kind, isCarouselItem);
  return {
    kind,
    isCarouselItem,
    imageUrl,
    videoUrl,
    childIds,
    // ignored on stories and items
    caption: takesCaption ? parseCaption(params.text('caption') ?? '') : '',
    altText: parseAltText(params, kind),
    isSharedToFeed: params.flag('share_to_feed') ?? true,
    isAiGenerated: params.flag('is_ai_generated') ?? false,
  };
}

function parseKind(mediaType: string | undefined, isCarouselItem: boolean, isVideo: boolean): MediaKind {
  switch (mediaType) {
    case undefined:
    case 'IMAGE':
      if (isVideo)
        throw invalidParameter(
          'The media_type of a video must be REELS, STORIES, or VIDEO for a carousel item.',
          2207023,
        );
      return 'image';
    case 'VIDEO':
      // single videos have been reels since 2023-11-09
      if (!isCarouselItem)
        throw invalidParameter(
          'The VIDEO value for media_type is no longer supported. Use the REELS media_type to publish a video to your Instagram feed.',
          2207023,
        );
      return 'video-item';
    case 'REELS':
    case 'STORIES':
    case 'CAROUSEL':
      if (isCarouselItem) throw invalidParameter(`A carousel item cannot have the media_type ${mediaType}.`, 2207023);
      return mediaType === 'REELS' ? 'reel' : mediaType === 'STORIES' ? 'story' : 'carousel';
    default:
      throw invalidParameter(`Unknown media type ${mediaType}.`, 2207023);
  }
}

function checkSources(kind: MediaKind, imageUrl: string | null, videoUrl: string | null): void {
  for (const url of [imageUrl, videoUrl])
    if (url !== null && !/^[\x21-\x7e]+$/.test(url))
      throw new GraphError(9004, 'The media could not be fetched from this URI: it must be plain ASCII.', {
        subcode: 2207052,
      });
  const count = (imageUrl === null ? 0 : 1) + (videoUrl === null ? 0 : 1);
  if (kind === 'carousel') {
    if (count > 0) throw invalidParameter('A carousel takes children and no image_url or video_url.');
  } else if (count !== 1) throw invalidParameter('Exactly one of image_url and video_url is required.');
  if ((kind === 'reel' || kind === 'video-item') && videoUrl === null)
    throw invalidParameter('The parameter video_url is required.');
}

function parseChildren(params: Params): string[] {
  const ids = params.list('children') ?? [];
  if (ids.length < 2 || ids.length > 10) throw invalidParameter('A carousel must have 2 to 10 children.', 2207028);
  return ids;
}

function parseCaption(caption: string): string {
  if ([...caption].length > CAPTION_LIMIT)
    throw new GraphError(36004, 'The caption is too long.', { subcode: 2207010 });
  if ((caption.match(/#[\p{L}\p{N}_]+/gu) ?? []).length > HASHTAG_LIMIT)
    throw invalidParameter(`The caption has more than ${HASHTAG_LIMIT} hashtags.`, 2207040);
  if ((caption.match(/@[\w.]+/g) ?? []).length > MENTION_LIMIT)
    throw invalidParameter(`The caption has more than ${MENTION_LIMIT} @ tags.`, 2207040);
  return caption;
}

function parseAltText(params: Params, kind: MediaKind): string | null {
  const text = params.text('alt_text');
  if (text === undefined) return null;
  if (kind === 'reel' || kind === 'story' || kind === 'carousel')
    throw invalidParameter('The param alt_text is allowed on images only.');
  if ([...text].length > ALT_TEXT_LIMIT)
    throw invalidParameter(`Length of param alt_text must be less than or equal to ${ALT_TEXT_LIMIT}`);
  return text;
}

function checkTags(params: Params, kind: MediaKind, isCarouselItem: boolean): void {
  const collaborators = params.list('collaborators');
  if (collaborators && (isCarouselItem || kind === 'story'))
    throw invalidParameter('param collaborators is not allowed');
  if (collaborators && collaborators.length > COLLABORATOR_LIMIT)
    throw invalidParameter(`Param collaborators must have at most ${COLLABORATOR_LIMIT} elements`);
  const raw = params.raw('user_tags');
  if (raw === undefined) return;
  const tags = typeof raw === 'string' ? findJson(raw) : raw;
  if (!Array.isArray(tags)) throw invalidParameter('Param user_tags must be an array');
  if (tags.length > MENTION_LIMIT) throw invalidParameter('Too many user tags.', 2207040);
  for (const tag of tags as unknown[]) {
    if (!isObject(tag) || typeof tag['username'] !== 'string')
      throw invalidParameter('Param user_tags[username] is required');
    const x = findNumber(tag, 'x');
    const y = findNumber(tag, 'y');
    if (kind === 'image' && (x === undefined || y === undefined || x < 0 || x > 1 || y < 0 || y > 1))
      throw invalidParameter('Param user_tags needs x and y between 0 and 1 on images');
  }
}
