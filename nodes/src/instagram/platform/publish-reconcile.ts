import type { PlatformAccount, ReconcileResult } from '@heddle/engine';
import type { PlatformAction, SendReceipt } from '@heddle/schemas';
import { graphPath, listProperty, parseGraphTime, textProperty } from './graph-api.ts';
import { readContainer, type ContainerStatus } from './publish-read.ts';
import { getFromGraph } from './get-from-graph.ts';

type PublishContainer = Extract<PlatformAction, { kind: 'publishContainer' }>;

/** Posts that are looked through for the one of a container. */
const RECENT_POSTS = 25;
/** How far Instagram's clock may be behind ours. */
const CLOCK_SKEW_MS = 5000;
/**
 * No publish call is under way after this time: our side has given up after 13 s, and Instagram answers within 30 s. Until then
 * "not published" may only mean "not yet".
 */
const CALL_IS_OVER_MS = 45_000;

/**
 * What became of a publish call whose answer nobody saw. The container knows: PUBLISHED means that the post is live (platforms.md D.1).
 * A container can be published once only, so `notSent`, given when the call is certainly over, cannot lead to a second post.
 */
export async function reconcilePublish(
  action: PublishContainer,
  sinceMs: number,
  account: PlatformAccount,
  nowMs: () => number,
): Promise<ReconcileResult> {
  const { status, receipt } = await findPublished(action, sinceMs, account, nowMs);
  if (receipt !== null) return { outcome: 'sent', receipt };
  if (status === 'ERROR' || status === 'EXPIRED') return { outcome: 'notSent' };
  if (status === 'FINISHED' && nowMs() - sinceMs >= CALL_IS_OVER_MS) return { outcome: 'notSent' };
  return { outcome: 'unknown', reason: 'Instagram still shows the post as prepared and not as published.' };
}

/** State of a container, and the post that it became; `platformId` is null when the list of posts does not show it yet. */
export async function findPublished(
  action: PublishContainer,
  sinceMs: number,
  account: PlatformAccount,
  nowMs: () => number,
): Promise<{ status: ContainerStatus; receipt: SendReceipt | null }> {
  const { status } = await readContainer(action.containerId, account, nowMs);
  if (status !== 'PUBLISHED') return { status, receipt: null };
  const query = { fields: 'id,caption,timestamp,permalink', limit: String(RECENT_POSTS) };
  const listing = await getFromGraph(account, graphPath(account.externalId, 'media'), query, nowMs);
  const post = listProperty(listing, 'data').find(
    (item) =>
      (textProperty(item, 'caption') ?? '').trim() === action.caption.trim() &&
      (parseGraphTime(textProperty(item, 'timestamp')) ?? 0) >= sinceMs - CLOCK_SKEW_MS,
  );
  return { status, receipt: { platformId: textProperty(post, 'id') ?? null } };
}
