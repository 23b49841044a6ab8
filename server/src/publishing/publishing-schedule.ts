import type { Deps } from '../http/deps.ts';
import { settleOpenPosts, startDuePosts } from './look-after-posts.ts';

/** A schedule has minutes; a second late is on time. */
const EVERY_MS = 1_000;

/**
 * Starts due posts and settles open ones, in every process with the role `scheduler`; posts are claimed, so several may do it at once.
 *
 * @returns What stops it, when the work under way is done.
 */
export function startPublishingSchedule(deps: Deps): () => Promise<void> {
  let underWay: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    await startDuePosts(deps);
    await settleOpenPosts(deps);
  };
  const tick = (): void => {
    underWay ??= look()
      .catch((error: unknown) => deps.log.error({ error }, 'Looking after posts failed; trying again'))
      .finally(() => (underWay = null));
  };
  const timer = setInterval(tick, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await underWay;
  };
}
