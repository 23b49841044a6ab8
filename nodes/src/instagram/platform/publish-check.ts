import { FlowError, type JsonObject } from '@heddle/schemas';
import type { PlatformAccount } from '@heddle/engine';
import { checkPostContent, checkPostPicture, type PostContent, type PostProblem } from '../../publishing/post-rules.ts';
import { listProperty, textProperty } from './graph-api.ts';
import { readPublishingLimit } from './publish-limit.ts';

/** What must be known before a post is published: token, limit left, pictures reachable and legal, caption. Reads only. */
export async function checkForPublishing(
  post: PostContent,
  account: PlatformAccount,
  nowMs: () => number,
): Promise<JsonObject> {
  const content = checkPostContent(post);
  // Asking for the limit also proves the token and the permission to publish.
  const quota = await readPublishingLimit(account, nowMs);
  const pictures = await Promise.all(
    post.media.map(({ url }, index) => checkPicture(url, index, content, account, post.media.length === 1)),
  );
  const problems = [...content, ...pictures.flat()];
  return { problems: problems.map((problem) => ({ ...problem })), quota };
}

/** A post in the arguments of a read. */
export function readPostArgs(args: JsonObject): PostContent {
  return {
    caption: textProperty(args, 'caption') ?? '',
    media: listProperty(args, 'media').map((item) => ({
      url: textProperty(item, 'url') ?? '',
      altText: textProperty(item, 'altText') ?? '',
    })),
  };
}

async function checkPicture(
  url: string,
  index: number,
  known: readonly PostProblem[],
  account: PlatformAccount,
  isOnlyPicture: boolean,
): Promise<PostProblem[]> {
  const path = `/media/${index}/url`;
  // The host looks at pictures; one without a way out leaves that to Instagram. A wrong address is reported already.
  if (account.inspectPicture === undefined || known.some((problem) => problem.path === path)) return [];
  try {
    return checkPostPicture(await account.inspectPicture(url), index, isOnlyPicture);
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
    const isInternal = error.code === 'HTTP_TARGET_FORBIDDEN';
    return [
      {
        code: isInternal ? 'media.notPublic' : 'media.unreachable',
        path,
        message: isInternal
          ? `Picture ${index + 1} is at an address that Instagram cannot reach.`
          : `Picture ${index + 1} could not be fetched: ${error.message}`,
        remedy: isInternal
          ? 'Put it on a public web address.'
          : 'Open the address in a private window; it must show the picture without signing in.',
      },
    ];
  }
}
