import { FlowError } from '@heddle/schemas';
import { api, type PostMedia, type PostSchedule } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { newId, type Tx } from '../database/index.ts';
import { parseCursor, toCursor } from '../flows/list-cursor.ts';
import type { Caller, Deps } from '../http/deps.ts';
import { endpoint, type Route } from '../http/endpoint.ts';
import { readAccountLimits } from './account-limits.ts';
import { checkPost, requirePublishable } from './check-post.ts';
import { getPost, lockPost, requireStatus } from './post-row.ts';
import { toPostView, toPostViews } from './post-view.ts';
import { toMoment } from './schedule-time.ts';
import { claimPost, emitPost } from './start-post.ts';
import type { PostStatus, StoredMedia } from './tables.ts';

/** Operations social.*. */
export const postRoutes: readonly Route[] = [
  endpoint(api.publishing.validate, ({ body, caller, deps }) =>
    checkPost(deps, caller.workspaceId, { ...body, media: toStored(body.media) }),
  ),

  endpoint(api.publishing.limits, async ({ caller, deps }) => ({
    items: await readAccountLimits(deps, caller.workspaceId),
  })),

  endpoint(api.publishing.list, ({ query, caller, deps }) => {
    const limit = query.limit ?? 50;
    return deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      let select = tx.selectFrom('heddle.social_post').selectAll();
      if (query.status !== undefined) select = select.where('status', '=', query.status);
      if (query.cursor !== undefined) {
        const { at, id } = parseCursor(query.cursor);
        select = select.where(sql<boolean>`(created_at, id) < (${at}, ${id}::uuid)`);
      }
      const rows = await select
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: await toPostViews(tx, page),
        nextCursor: rows.length > limit && last !== undefined ? toCursor({ at: last.created_at, id: last.id }) : null,
      };
    });
  }),

  endpoint(api.publishing.get, ({ params, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) => toPostView(tx, await getPost(tx, params.id))),
  ),

  endpoint(api.publishing.create, async ({ body, caller, deps }) => {
    if (body.publishNow === true && body.schedule !== undefined)
      throw new FlowError('REQUEST_INVALID', 'A post is either published now or scheduled.');
    const content = { connectionId: body.connectionId, caption: body.caption, media: toStored(body.media) };
    const timing = toTiming(body.schedule ?? null, deps.clock.nowMs());
    // Before anything is stored: what would be refused later is refused now.
    if (body.publishNow === true || body.schedule !== undefined)
      await requirePublishable(deps, caller.workspaceId, content);
    const id = newId();
    await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      await requireAccount(tx, content.connectionId);
      const now = new Date(deps.clock.nowMs());
      await tx
        .insertInto('heddle.social_post')
        .values({
          workspace_id: caller.workspaceId,
          id,
          connection_id: content.connectionId,
          ...contentColumns(content.caption, content.media),
          ...timing,
          revision: 1,
          attempt: 0,
          created_by: caller.memberId,
          created_at: now,
          updated_at: now,
        })
        .execute();
    });
    return body.publishNow === true ? start(deps, caller, id, ['draft']) : show(deps, caller, id);
  }),

  endpoint(api.publishing.update, async ({ params, body, caller, deps }) => {
    const before = await deps.database.withWorkspace(caller.workspaceId, (tx) => getPost(tx, params.id));
    const content = {
      connectionId: body.connectionId ?? before.connection_id,
      caption: body.caption ?? before.caption,
      media: body.media === undefined ? before.media : toStored(body.media),
    };
    const schedule = body.schedule === undefined ? keptSchedule(before) : body.schedule;
    const timing = toTiming(schedule, deps.clock.nowMs());
    if (schedule !== null) await requirePublishable(deps, caller.workspaceId, content);
    await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const post = await lockPost(tx, params.id);
      requireStatus(post, ['draft', 'scheduled', 'failed'], 'changed');
      if (post.revision !== before.revision)
        throw new FlowError('POST_STATE_CONFLICT', 'Somebody else changed the post in the same moment.');
      await requireAccount(tx, content.connectionId);
      await tx
        .updateTable('heddle.social_post')
        .set({
          connection_id: content.connectionId,
          ...contentColumns(content.caption, content.media),
          ...timing,
          reason: null,
          revision: post.revision + 1,
          updated_at: new Date(deps.clock.nowMs()),
        })
        .where('id', '=', post.id)
        .execute();
    });
    return show(deps, caller, params.id);
  }),

  endpoint(api.publishing.remove, async ({ params, caller, deps }) => {
    await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      requireStatus(await lockPost(tx, params.id), ['draft', 'scheduled', 'failed', 'published'], 'deleted');
      await tx.deleteFrom('heddle.social_post').where('id', '=', params.id).execute();
    });
    deps.live.publish(caller.workspaceId, [{ kind: 'post', id: params.id }]);
    return {};
  }),

  endpoint(api.publishing.publish, async ({ params, caller, deps }) => {
    const post = await deps.database.withWorkspace(caller.workspaceId, (tx) => getPost(tx, params.id));
    requireStatus(post, ['draft', 'scheduled'], 'published');
    await requirePublishable(deps, caller.workspaceId, {
      connectionId: post.connection_id,
      caption: post.caption,
      media: post.media,
    });
    return start(deps, caller, params.id, ['draft', 'scheduled']);
  }),

  endpoint(api.publishing.retry, ({ params, caller, deps }) => start(deps, caller, params.id, ['failed'])),
];

/** Takes the post on its way and hands it to its flow at once. */
async function start(deps: Deps, caller: Caller, id: string, from: readonly PostStatus[]) {
  const post = await deps.database.withWorkspace(caller.workspaceId, (tx) =>
    claimPost(tx, id, from, deps.clock.nowMs()),
  );
  await emitPost(deps, caller.workspaceId, post);
  return show(deps, caller, id);
}

async function show(deps: Deps, caller: Caller, id: string) {
  deps.live.publish(caller.workspaceId, [{ kind: 'post', id }]);
  return deps.database.withWorkspace(caller.workspaceId, async (tx) => toPostView(tx, await getPost(tx, id)));
}

function toStored(media: readonly PostMedia[]): StoredMedia[] {
  return media.map(({ url, altText }) => ({ url: url.trim(), altText: altText ?? '' }));
}

function contentColumns(caption: string, media: readonly StoredMedia[]) {
  return { caption, media: JSON.stringify(media), kind: media.length > 1 ? ('carousel' as const) : ('image' as const) };
}

/** Columns that follow from a schedule. */
function toTiming(schedule: PostSchedule | null, nowMs: number) {
  if (schedule === null) return { status: 'draft' as const, local_time: null, time_zone: null, scheduled_at: null };
  return {
    status: 'scheduled' as const,
    local_time: schedule.localTime,
    time_zone: schedule.timeZone,
    scheduled_at: new Date(toMoment(schedule, nowMs)),
  };
}

/** A scheduled post stays scheduled when other things change; one that failed becomes a draft. */
function keptSchedule(post: {
  status: PostStatus;
  local_time: string | null;
  time_zone: string | null;
}): PostSchedule | null {
  return post.status !== 'scheduled' || post.local_time === null || post.time_zone === null
    ? null
    : { localTime: post.local_time, timeZone: post.time_zone };
}

/** Foreign keys are not guarded by row-level security: an account of somebody else is not there. @throws FlowError `NOT_FOUND`. */
async function requireAccount(tx: Tx, id: string): Promise<void> {
  const found = await tx
    .selectFrom('heddle.connection')
    .select('id')
    .where('id', '=', id)
    .where('disconnected_at', 'is', null)
    .executeTakeFirst();
  if (found === undefined) throw new FlowError('NOT_FOUND', `There is no connection ${id}.`);
}
