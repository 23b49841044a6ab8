import { FlowError } from '@heddle/schemas';
import type { AccountLimit, PublishingQuota } from '@heddle/schemas/api';
import type { Deps } from '../http/deps.ts';
import { toQuota } from './check-post.ts';

/** What each connected account may still publish, as the platform says. */
export async function readAccountLimits(deps: Deps, workspaceId: string): Promise<AccountLimit[]> {
  const accounts = (await deps.connections.list(workspaceId)).filter((row) => row.platform === 'instagram');
  return Promise.all(
    accounts.map(async ({ id, username }): Promise<AccountLimit> => {
      const base = { connectionId: id, username };
      try {
        const { account, platform } = await deps.connections.openAccount(workspaceId, id);
        const quota = toQuota(await platform.read('publishingLimit', {}, account));
        if (quota === null)
          throw new FlowError('PLATFORM_ANSWER_INVALID', 'Instagram did not say how many posts are left.');
        return {
          ...base,
          quota,
          nextFreeAt: quota.left > 0 ? null : await nextFreeAt(deps, workspaceId, id, quota),
          problem: null,
          summary: `${quota.left} of ${quota.total} left`,
        };
      } catch (error) {
        if (!(error instanceof FlowError)) throw error;
        return { ...base, quota: null, nextFreeAt: null, problem: error.message, summary: 'Not known' };
      }
    }),
  );
}

/** When the oldest post of ours in the rolling window leaves it; null when none of ours is in it. */
async function nextFreeAt(
  deps: Deps,
  workspaceId: string,
  connectionId: string,
  quota: PublishingQuota,
): Promise<string | null> {
  const windowMs = quota.windowSeconds * 1000;
  const oldest = await deps.database.withWorkspace(workspaceId, (tx) =>
    tx
      .selectFrom('heddle.social_post')
      .select('published_at')
      .where('connection_id', '=', connectionId)
      .where('published_at', '>', new Date(deps.clock.nowMs() - windowMs))
      .orderBy('published_at')
      .limit(1)
      .executeTakeFirst(),
  );
  return oldest === undefined || oldest.published_at === null
    ? null
    : new Date(oldest.published_at.getTime() + windowMs).toISOString();
}
