/** Reading one's posts (platforms.md D.5). */
import { commentShape, nestedComments } from './comments.ts';
import type { SandboxCore } from './core.ts';
import { askedFields, askedPage, getRow } from './graph-call.ts';
import type { GraphCall, GraphEdge, GraphEdges } from './graph-call.ts';
import { invalidParameter } from './graph-error.ts';
import { readFields } from './graph-fields.ts';
import type { NodeShape } from './graph-fields.ts';
import { DAY_MS, findGraphTime, toGraphTime } from './graph-time.ts';
import { toMediaType, toPermalink, toProductType } from './media-kinds.ts';
import type { AccountRow, MediaRow } from './model.ts';
import { listAnswer, newestFirst, pageOf } from './paging.ts';
import { toPictureUrl } from './pictures.ts';

const LIST_LIMIT = 10_000;
const STORY_LIFE_MS = DAY_MS;

const read = (answer: GraphEdge['answer']): GraphEdge => ({
  scopes: ['instagram_business_basic'],
  target: 'read',
  bucket: 'instagram',
  answer,
});

export const MEDIA_EDGES: GraphEdges = {
  'account GET media': read(listMedia),
  'account GET stories': read(listStories),
  'media GET ': read((call) => readFields(mediaShape(call.core, call.account), getMedia(call), askedFields(call))),
  'media GET children': read(listChildren),
};

function mediaShape(core: SandboxCore, account: AccountRow): NodeShape<MediaRow> {
  const picture = (media: MediaRow): string => toPictureUrl(core.baseUrl(), media.source);
  const isVideo = (media: MediaRow): boolean => toMediaType(media) === 'VIDEO';
  const comments = (media: MediaRow) => core.state.comments.group('media', media.id);
  const shape: NodeShape<MediaRow> = {
    typeName: 'IGMedia',
    defaults: ['id'],
    readers: {
      id: (media) => media.id,
      caption: (media) => (media.caption === '' ? undefined : media.caption),
      media_type: toMediaType,
      media_product_type: toProductType,
      // the sandbox keeps no films of its own: like a copyright-flagged video, those have no media_url
      media_url: (media) => (isVideo(media) && !media.source.startsWith('http') ? undefined : picture(media)),
      thumbnail_url: (media) => (isVideo(media) && !media.source.startsWith('http') ? picture(media) : undefined),
      permalink: toPermalink,
      shortcode: (media) => media.shortcode,
      timestamp: (media) => toGraphTime(media.timestampMs),
      username: () => account.username,
      owner: () => ({ id: account.appScopedId }),
      comments_count: (media) => comments(media).length,
      like_count: (media) => media.likeCount,
      is_comment_enabled: (media) => media.isCommentEnabled,
      is_shared_to_feed: (media) => (media.kind === 'reel' ? media.isSharedToFeed : undefined),
      alt_text: (media) => media.altText ?? undefined,
      is_ai_generated: (media) => media.isAiGenerated,
      comments: (media, request) =>
        nestedComments(
          comments(media).filter((comment) => comment.parentId === null),
          request,
          commentShape(core, account),
        ),
      children: (media, request) =>
        media.childIds.length === 0
          ? undefined
          : { data: childrenOf(core, media).map((child) => readFields(shape, child, request.fields)) },
    },
  };
  return shape;
}

function listMedia(call: GraphCall): unknown {
  const sinceMs = askedTime(call, 'since') ?? -Infinity;
  const untilMs = askedTime(call, 'until') ?? Infinity;
  const rows = call.core.state.media
    .group('account', call.account.id)
    .filter(
      (media) =>
        media.parentId === null &&
        media.kind !== 'story' &&
        media.kind !== 'live' &&
        media.timestampMs >= sinceMs &&
        media.timestampMs <= untilMs,
    )
    .sort(newestFirst)
    .slice(0, LIST_LIMIT);
  return answerPage(call, rows);
}

function listStories(call: GraphCall): unknown {
  const nowMs = call.core.nowMs();
  return answerPage(
    call,
    call.core.state.media
      .group('account', call.account.id)
      .filter((media) => media.kind === 'story' && nowMs - media.timestampMs < STORY_LIFE_MS)
      .sort(newestFirst),
  );
}

function listChildren(call: GraphCall): unknown {
  const fields = askedFields(call);
  const shape = mediaShape(call.core, call.account);
  return { data: childrenOf(call.core, getMedia(call)).map((child) => readFields(shape, child, fields)) };
}

function answerPage(call: GraphCall, rows: readonly MediaRow[]): unknown {
  const page = pageOf(rows, askedPage(call, { defaultLimit: 25, maxLimit: 100 }));
  const fields = askedFields(call);
  const shape = mediaShape(call.core, call.account);
  return listAnswer(page, (row) => readFields(shape, row, fields));
}

function childrenOf(core: SandboxCore, media: MediaRow): MediaRow[] {
  return media.childIds.flatMap((id) => core.state.media.find(id) ?? []);
}

function getMedia(call: GraphCall): MediaRow {
  return getRow(call, call.core.state.media.find(call.nodeId));
}

function askedTime(call: GraphCall, name: string): number | undefined {
  const text = call.params.text(name);
  if (text === undefined) return undefined;
  const ms = findGraphTime(text);
  if (ms === undefined) throw invalidParameter(`Param ${name} must be a unix time or a date`);
  return ms;
}
