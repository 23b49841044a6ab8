import { FlowError, type JsonObject, type PlatformAction, type SendReceipt } from '@heddle/schemas';
import type { PlatformAccount } from '@heddle/engine';
import { compact, graphPath } from './graph-api.ts';
import { findPublished } from './publish-reconcile.ts';

export type CreateContainer = Extract<PlatformAction, { kind: 'createContainer' }>;
export type PublishContainer = Extract<PlatformAction, { kind: 'publishContainer' }>;

/** The call for a publishing action (platforms.md D.1, D.2). Pure. */
export function toPublishCall(
  action: CreateContainer | PublishContainer,
  accountId: string,
): { path: string; body: JsonObject } {
  if (action.kind === 'publishContainer')
    return { path: graphPath(accountId, 'media_publish'), body: { creation_id: action.containerId } };
  const path = graphPath(accountId, 'media');
  const { container } = action;
  const text = (value: string) => (value === '' ? undefined : value);
  switch (container.kind) {
    case 'image':
      return {
        path,
        body: compact({
          image_url: container.url,
          alt_text: text(container.altText),
          caption: text(container.caption),
        }),
      };
    case 'item':
      return {
        path,
        body: compact({ image_url: container.url, alt_text: text(container.altText), is_carousel_item: true }),
      };
    case 'carousel':
      return {
        path,
        body: compact({ media_type: 'CAROUSEL', children: container.childIds, caption: text(container.caption) }),
      };
    default:
      return container satisfies never;
  }
}

/** Refusals that say that nothing was published, whatever happened before: quota, and a container that is not ready. */
const NOTHING_PUBLISHED = new Set([2207042, 2207027]);

/**
 * A refused publish call may be the second one for a container whose first answer was lost: the container says so.
 *
 * @returns The receipt when the container is published. @throws FlowError The refusal when it is not, marked as open when the container
 * cannot be read.
 */
export async function judgeRefusedPublish(
  action: PublishContainer,
  account: PlatformAccount,
  nowMs: () => number,
  refusal: FlowError,
): Promise<SendReceipt> {
  if (refusal.details?.['sent'] === true || NOTHING_PUBLISHED.has(Number(refusal.details?.['subcode']))) throw refusal;
  // A token that is refused or a limit says that the call was not looked at.
  if (
    refusal.retry === 'after' ||
    refusal.code === 'PLATFORM_TOKEN_INVALID' ||
    refusal.code === 'PLATFORM_PERMISSION_MISSING'
  )
    throw refusal;
  const found = await findPublished(action, 0, account, nowMs).catch((cause: unknown) => {
    throw new FlowError(
      'PLATFORM_UNAVAILABLE',
      `${refusal.message} Whether it was published before could not be read.`,
      {
        cause,
        details: { ...refusal.details, sent: true },
      },
    );
  });
  if (found.receipt !== null) return found.receipt;
  throw refusal;
}
