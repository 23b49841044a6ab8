import type { PlatformAccount } from '@heddle/engine';
import { FlowError } from '@heddle/schemas';
import { getFromGraph } from './get-from-graph.ts';
import { graphPath, listProperty, objectProperty, property } from './graph-api.ts';

/** What the account used of its rolling window. The total differs between accounts and is read, never assumed (platforms.md D.4). */
export async function readPublishingLimit(
  account: PlatformAccount,
  nowMs: () => number,
): Promise<{ used: number; total: number; windowSeconds: number }> {
  const body = await getFromGraph(
    account,
    graphPath(account.externalId, 'content_publishing_limit'),
    { fields: 'quota_usage,config' },
    nowMs,
  );
  const row = listProperty(body, 'data')[0];
  const config = objectProperty(row, 'config');
  const [used, total, windowSeconds] = [
    property(row, 'quota_usage'),
    property(config, 'quota_total'),
    property(config, 'quota_duration'),
  ].map(Number);
  if (
    used === undefined ||
    total === undefined ||
    windowSeconds === undefined ||
    ![used, total, windowSeconds].every(Number.isFinite)
  ) {
    throw new FlowError(
      'PLATFORM_ANSWER_INVALID',
      'Instagram did not say how many posts the account may still publish.',
    );
  }
  return { used, total, windowSeconds };
}
