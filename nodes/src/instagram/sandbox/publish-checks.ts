/** What the platform finds out about a file only by fetching it (platforms.md D.3, F.3). */
import type { SandboxCore } from './core.ts';
import { GraphError } from './graph-error.ts';
import { findImageHeader, findMovieLayout } from './image-header.ts';
import { MediaFetchError } from './media-fetch.ts';

const MB = 1024 * 1024;
const IMAGE_LIMIT_BYTES = 8 * MB;
const REEL_LIMIT_BYTES = 300 * MB;
const STORY_VIDEO_LIMIT_BYTES = 100 * MB;
const FETCH_TIMEOUT_MS = 20_000;
/** 4:5 and 1.91:1, with room for the rounding of whole pixels. */
const MIN_ASPECT = 0.8 - 0.005;
const MAX_ASPECT = 1.91 + 0.005;

/** @throws GraphError 9004/2207052, -2/2207003, 36000/2207004, 36001/2207005, 36003/2207009. */
export async function checkPublishableImage(
  core: SandboxCore,
  url: string,
  { needsFeedAspect }: { needsFeedAspect: boolean },
): Promise<void> {
  const media = await fetchOrRefuse(core, url, IMAGE_LIMIT_BYTES, 512 * 1024);
  if (media.lengthBytes > IMAGE_LIMIT_BYTES)
    throw new GraphError(36000, 'The image size is too large: it must not exceed 8 MB.', { subcode: 2207004 });
  const header = findImageHeader(media.head);
  if (header?.format !== 'jpeg' || header.size === null)
    throw new GraphError(36001, 'The image format is not supported: only JPEG is.', { subcode: 2207005 });
  const aspect = header.size.width / header.size.height;
  if (needsFeedAspect && (aspect < MIN_ASPECT || aspect > MAX_ASPECT))
    throw new GraphError(
      36003,
      `The aspect ratio of the image is not supported: ${header.size.width}x${header.size.height} is not within 4:5 and 1.91:1.`,
      { subcode: 2207009 },
    );
}

/** Videos are looked at while the container is in progress. @returns the number for the container's status, or `null`. */
export async function findVideoProblem(core: SandboxCore, url: string, isStory: boolean): Promise<number | null> {
  const limit = isStory ? STORY_VIDEO_LIMIT_BYTES : REEL_LIMIT_BYTES;
  try {
    const media = await fetchOrRefuse(core, url, limit, 64 * 1024);
    if (media.lengthBytes > limit) return 2207053;
    return findMovieLayout(media.head)?.isMoovFirst === true ? null : 2207026;
  } catch (error) {
    if (error instanceof GraphError) return error.facts.subcode ?? 2207053;
    throw error;
  }
}

async function fetchOrRefuse(
  core: SandboxCore,
  url: string,
  maxBytes: number,
  keepBytes: number,
): ReturnType<SandboxCore['fetchMedia']> {
  try {
    return await core.fetchMedia(url, { timeoutMs: FETCH_TIMEOUT_MS, maxBytes, keepBytes });
  } catch (error) {
    if (error instanceof MediaFetchError && error.kind === 'timeout')
      throw new GraphError(-2, 'The media download timed out.', { subcode: 2207003 });
    throw new GraphError(9004, 'The media could not be fetched from this URI.', {
      subcode: 2207052,
      userMessage: error instanceof Error ? error.message : String(error),
    });
  }
}
