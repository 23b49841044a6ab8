import { countCaption } from '@heddle/nodes/definitions';
import { FlowError, isJsonObject, type Issue } from '@heddle/schemas';
import type { PostCheck, PostProblem, PublishingQuota } from '@heddle/schemas/api';
import type { Deps } from '../http/deps.ts';
import type { StoredMedia } from './tables.ts';

export interface PostContent {
  readonly connectionId: string;
  readonly caption: string;
  readonly media: readonly StoredMedia[];
}

/**
 * Checks a post with the account that is to publish it: token, posts left, pictures, caption. Stores nothing.
 *
 * @throws FlowError `NOT_FOUND` | `CONNECTION_NOT_READY` | `PLATFORM_*`.
 */
export async function checkPost(deps: Deps, workspaceId: string, post: PostContent): Promise<PostCheck> {
  const { account, platform } = await deps.connections.openAccount(workspaceId, post.connectionId);
  const media = post.media.map(({ url, altText }) => ({ url, altText }));
  const answer = await platform.read('publishingCheck', { caption: post.caption, media }, account);
  const found = isJsonObject(answer) ? answer : {};
  // The platform plugin answers with problems of this shape.
  const problems = (Array.isArray(found['problems']) ? found['problems'] : []) as PostProblem[];
  const quota = toQuota(found['quota']);
  const usedUp = quota !== null && quota.left === 0 ? [quotaProblem(quota)] : [];
  return {
    isValid: problems.length + usedUp.length === 0,
    problems: [...problems, ...usedUp],
    quota,
    counts: countCaption(post.caption),
  };
}

/** Refuses a post that the platform would refuse. A used-up limit is no reason: the flow waits for it. @throws FlowError `SEND_INVALID` and as `checkPost`. */
export async function requirePublishable(deps: Deps, workspaceId: string, post: PostContent): Promise<void> {
  const problems = (await checkPost(deps, workspaceId, post)).problems.filter((problem) => problem.code !== QUOTA_USED);
  if (problems.length === 0) return;
  const issues = problems.map((problem): Issue => ({
    code: problem.code,
    severity: 'error',
    message: `${problem.message} ${problem.remedy}`,
    path: problem.path,
  }));
  throw new FlowError('SEND_INVALID', issues.map((issue) => issue.message).join(' '), { issues });
}

/** {used, total, windowSeconds} of the platform with what is left; null for anything else. */
export function toQuota(value: unknown): PublishingQuota | null {
  if (!isJsonObject(value)) return null;
  const [used, total, windowSeconds] = [Number(value['used']), Number(value['total']), Number(value['windowSeconds'])];
  return { used, total, left: Math.max(0, total - used), windowSeconds };
}

const QUOTA_USED = 'quota.used';

function quotaProblem({ total, windowSeconds }: PublishingQuota): PostProblem {
  const hours = Math.round(windowSeconds / 3600);
  return {
    code: QUOTA_USED,
    path: '/connectionId',
    message: `The account has published its ${total} posts of the last ${hours} hours.`,
    remedy: 'Publish it all the same: it waits until Instagram takes posts again. Or schedule it for later.',
  };
}
