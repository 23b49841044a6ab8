/** Container, publish, quota (platforms.md D.1 to D.4, M.7). */
import { parseContainerRequest } from './container-request.ts';
import type { ContainerRequest } from './container-request.ts';
import type { SandboxCore } from './core.ts';
import { askedFields, getRow } from './graph-call.ts';
import type { GraphCall, GraphEdge, GraphEdges } from './graph-call.ts';
import { GraphError, invalidParameter } from './graph-error.ts';
import { readFields } from './graph-fields.ts';
import type { NodeShape } from './graph-fields.ts';
import { DAY_MS, findGraphTime } from './graph-time.ts';
import { addToLedger } from './ledger.ts';
import type { AccountRow, ContainerRow, MediaRow } from './model.ts';
import { checkPublishableImage, findVideoProblem } from './publish-checks.ts';
import type { Transaction } from './state.ts';

const CONTAINER_LIFE_MS = DAY_MS;

type ContainerStatus = 'IN_PROGRESS' | 'FINISHED' | 'PUBLISHED' | 'ERROR' | 'EXPIRED';

const edge = (target: GraphEdge['target'], answer: GraphEdge['answer']): GraphEdge => ({
  scopes: ['instagram_business_basic', 'instagram_business_content_publish'],
  target,
  bucket: 'instagram',
  answer,
});

export const PUBLISHING_EDGES: GraphEdges = {
  'account POST media': edge('container', createContainer),
  'account POST media_publish': edge('publish', publish),
  'account GET content_publishing_limit': edge('read', readQuota),
  'container GET ': edge('read', (call) =>
    readFields(
      containerShape(call.core),
      getRow(call, call.core.state.containers.find(call.nodeId)),
      askedFields(call),
    ),
  ),
};

async function createContainer(call: GraphCall): Promise<unknown> {
  const { core, account } = call;
  const request = parseContainerRequest(call.params);
  if (account.isRestricted) throw new GraphError(25, 'The account is restricted or inactive.', { subcode: 2207050 });
  core.limits.chargeContainer(account);
  const readyAtMs = await readyTime(call, request);
  if (request.imageUrl !== null)
    await checkPublishableImage(core, request.imageUrl, { needsFeedAspect: request.kind === 'image' });
  const errorCode =
    request.videoUrl === null ? null : await findVideoProblem(core, request.videoUrl, request.kind === 'story');
  const id = core.ids.numeric('178');
  const row: ContainerRow = {
    id,
    accountId: account.id,
    createdAtMs: core.nowMs(),
    kind: request.kind,
    isCarouselItem: request.isCarouselItem,
    caption: request.caption,
    source: request.imageUrl ?? request.videoUrl ?? '',
    childIds: request.childIds,
    altText: request.altText,
    isAiGenerated: request.isAiGenerated,
    isSharedToFeed: request.isSharedToFeed,
    state: { status: 'IN_PROGRESS', readyAtMs, errorCode },
  };
  await core.state.transact(() => core.state.containers.put(id, row));
  return { id };
}

/** When the container will be finished. @throws GraphError for children that are not finished items of this account. */
async function readyTime(call: GraphCall, request: ContainerRequest): Promise<number> {
  const { core, account } = call;
  const { imageProcessingMs, videoProcessingMs } = core.settings().variants;
  for (const childId of request.childIds) {
    const child = core.state.containers.find(childId);
    if (!child || child.accountId !== account.id || !child.isCarouselItem)
      throw new GraphError(24, `The carousel item ${childId} does not exist.`, { subcode: 2207008 });
    checkReady(core, child);
  }
  return core.nowMs() + (request.videoUrl === null ? imageProcessingMs : videoProcessingMs);
}

async function publish(call: GraphCall): Promise<unknown> {
  const { core, account } = call;
  const containerId = call.params.requiredText('creation_id');
  const mediaId = await core.state.transact((tx) => {
    const container = core.state.containers.find(containerId);
    if (!container || container.accountId !== account.id)
      throw new GraphError(24, 'The media container does not exist or has expired.', { subcode: 2207008 });
    if (container.isCarouselItem) throw invalidParameter('A carousel item cannot be published by itself.');
    if (account.isRestricted) throw new GraphError(25, 'The account is restricted or inactive.', { subcode: 2207050 });
    checkReady(core, container);
    if (countPublished(core, account, core.nowMs() - DAY_MS) >= core.settings().variants.quotaTotal)
      throw new GraphError(9, '(#9) Application request limit reached', {
        subcode: 2207042,
        userTitle: 'Maximum posts reached',
      });
    return putMedia(call, tx, container).id;
  });
  return { id: mediaId };
}

function putMedia(call: GraphCall, tx: Transaction, container: ContainerRow): MediaRow {
  const { core, account } = call;
  const id = core.ids.numeric('180');
  const make = (
    from: ContainerRow,
    mediaId: string,
    parentId: string | null,
    childIds: readonly string[],
  ): MediaRow => ({
    id: mediaId,
    seq: core.state.nextSeq(),
    accountId: account.id,
    kind: from.kind,
    caption: from.caption,
    source: from.source,
    childIds,
    parentId,
    shortcode: core.ids.shortcode(),
    timestampMs: core.nowMs(),
    isCommentEnabled: true,
    likeCount: 0,
    isSharedToFeed: from.isSharedToFeed,
    altText: from.altText,
    isAiGenerated: from.isAiGenerated,
    isByApi: true,
    isLiveNow: false,
  });
  const items = container.childIds.flatMap((childId) => core.state.containers.find(childId) ?? []);
  const children = items.map((item) => make(item, core.ids.numeric('180'), id, []));
  for (const child of children) core.state.media.put(child.id, child);
  const made = make(
    container,
    id,
    null,
    children.map((child) => child.id),
  );
  const media = { ...made, source: made.source || (children[0]?.source ?? '') };
  core.state.media.put(id, media);
  for (const row of [container, ...items])
    core.state.containers.put(row.id, { ...row, state: { status: 'PUBLISHED', mediaId: id } });
  addToLedger(core, {
    kind: 'publish',
    id,
    accountId: account.id,
    recipientId: null,
    commentId: null,
    mediaId: id,
    text: media.caption,
    requestHash: call.requestHash,
  });
  tx.after(() => core.live.publish({ kind: 'post', accountId: account.id, mediaId: id }));
  return media;
}

/** @throws GraphError 9007/2207027 too early, 24/2207008 failed or expired, 24/2207006 published before. */
function checkReady(core: SandboxCore, container: ContainerRow): void {
  switch (statusOf(core, container)) {
    case 'FINISHED':
      return;
    case 'IN_PROGRESS':
      throw new GraphError(9007, 'The media is not ready for publishing, please wait for a moment.', {
        subcode: 2207027,
      });
    // the code of a second publish is not documented
    case 'PUBLISHED':
      throw new GraphError(24, 'The requested resource does not exist: the container has already been published.', {
        subcode: 2207006,
      });
    case 'ERROR':
    case 'EXPIRED':
      throw new GraphError(24, 'The media container does not exist or has expired.', { subcode: 2207008 });
  }
}

function statusOf(core: SandboxCore, container: ContainerRow): ContainerStatus {
  const { state } = container;
  if (state.status === 'PUBLISHED') return 'PUBLISHED';
  if (core.nowMs() - container.createdAtMs > CONTAINER_LIFE_MS) return 'EXPIRED';
  if (core.nowMs() < state.readyAtMs) return 'IN_PROGRESS';
  return state.errorCode === null ? 'FINISHED' : 'ERROR';
}

function containerShape(core: SandboxCore): NodeShape<ContainerRow> {
  return {
    typeName: 'IGMediaContainer',
    defaults: ['id'],
    readers: { id: (row) => row.id, status_code: (row) => statusOf(core, row), status: (row) => statusText(core, row) },
  };
}

function statusText(core: SandboxCore, container: ContainerRow): string {
  const errorCode = container.state.status === 'IN_PROGRESS' ? container.state.errorCode : null;
  switch (statusOf(core, container)) {
    case 'IN_PROGRESS':
      return 'In Progress: Media is still being processed.';
    case 'FINISHED':
      return 'Finished: Media has been uploaded and it is ready to be published.';
    case 'PUBLISHED':
      return 'Published: Media has been published.';
    case 'EXPIRED':
      return 'Expired: Media was not published within 24 hours.';
    case 'ERROR':
      return `Error: Media upload has failed with error code ${errorCode ?? 2207053}`;
  }
}

function readQuota(call: GraphCall): unknown {
  const since = call.params.text('since');
  // Looked at once: the clock may go on between two looks.
  const nowMs = call.core.nowMs();
  const sinceMs = since === undefined ? nowMs - DAY_MS : findGraphTime(since);
  if (sinceMs === undefined || nowMs - sinceMs > DAY_MS)
    throw invalidParameter('Param since must be a unix time within the last 24 hours');
  const shape: NodeShape<AccountRow> = {
    typeName: 'IGUserContentPublishingLimit',
    defaults: ['quota_usage'],
    readers: {
      quota_usage: (account) => countPublished(call.core, account, sinceMs),
      config: () => ({ quota_total: call.core.settings().variants.quotaTotal, quota_duration: DAY_MS / 1000 }),
    },
  };
  return { data: [readFields(shape, call.account, askedFields(call))] };
}

/** Posts made through the API since then; a carousel counts once, posts made in the app do not count. */
function countPublished(core: SandboxCore, account: AccountRow, sinceMs: number): number {
  return core.state.media
    .group('account', account.id)
    .filter((media) => media.isByApi && media.parentId === null && media.timestampMs > sinceMs).length;
}
