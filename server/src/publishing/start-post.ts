import { FlowError } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';
import type { Deps } from '../http/deps.ts';
import { ensurePublishingFlow } from './ensure-flow.ts';
import { lockPost, requireStatus, type PostRow } from './post-row.ts';
import { findPublishCall, findRun } from './read-facts.ts';
import type { PostStatus } from './tables.ts';

/**
 * Takes a post on its way: from here on nobody else starts or changes it. The event follows by `emitPost`; should the process die in
 * between, the schedule makes up for it.
 *
 * @throws FlowError `NOT_FOUND`; `POST_STATE_CONFLICT`.
 */
export async function claimPost(tx: Tx, id: string, from: readonly PostStatus[], nowMs: number): Promise<PostRow> {
  const post = await lockPost(tx, id);
  requireStatus(post, from, 'published');
  await requireNothingOut(tx, post);
  return tx
    .updateTable('heddle.social_post')
    .set({
      status: 'publishing',
      revision: post.revision + 1,
      attempt: post.attempt + 1,
      event_id: null,
      reason: null,
      media_id: null,
      permalink: null,
      published_at: null,
      asked_at: null,
      updated_at: new Date(nowMs),
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A post is tried again only when the last try is over and its publish call certainly had no effect. */
async function requireNothingOut(tx: Tx, post: PostRow): Promise<void> {
  const run = post.event_id === null ? null : await findRun(tx, post.event_id);
  if (run === null) return;
  if (run.status === 'running' || run.status === 'waiting')
    throw new FlowError('POST_STATE_CONFLICT', 'The last try of this post has not ended yet.');
  const call = await findPublishCall(tx, run.id);
  if (call !== null && (call.state === 'sent' || call.state === 'sending' || call.state === 'unknown')) {
    throw new FlowError(
      'POST_STATE_CONFLICT',
      'The last try told Instagram to publish this post. Look at Instagram and settle it on the Activity page first.',
    );
  }
}

/**
 * Hands a claimed post to its flow, as an event like any other. The key of the event names post and revision, so however often this is
 * called, by however many processes, the flow starts once. A post that no flow can take becomes `failed` with the reason.
 */
export async function emitPost(deps: Deps, workspaceId: string, post: PostRow): Promise<void> {
  const key = `post:${post.id}:${post.revision}`;
  try {
    await ensurePublishingFlow(deps, workspaceId, post.connection_id, post.created_by);
    const [stored] = await deps.runtime.ingest.accept(workspaceId, [
      {
        platform: 'publishing',
        connectionId: post.connection_id,
        event: {
          kind: 'publishing/post-due',
          key,
          occurredAtMs: deps.clock.nowMs(),
          data: {
            postId: post.id,
            revision: post.revision,
            attempt: post.attempt,
            caption: post.caption,
            media: post.media.map(({ url, altText }) => ({ url, altText })),
            timeZone: post.time_zone ?? '',
          },
        },
      },
    ]);
    await deps.database.withWorkspace(workspaceId, async (tx) => {
      const eventId = stored ?? (await knownEvent(tx, post.connection_id, key));
      await tx
        .updateTable('heddle.social_post')
        .set({ event_id: eventId })
        .where('id', '=', post.id)
        .where('revision', '=', post.revision)
        .where('event_id', 'is', null)
        .execute();
    });
  } catch (error) {
    if (!(error instanceof FlowError) || error.retry !== 'never') throw error;
    await deps.database.withWorkspace(workspaceId, (tx) =>
      tx
        .updateTable('heddle.social_post')
        .set({ status: 'failed', reason: error.message, updated_at: new Date(deps.clock.nowMs()) })
        .where('id', '=', post.id)
        .where('revision', '=', post.revision)
        .where('event_id', 'is', null)
        .execute(),
    );
  }
  deps.live.publish(workspaceId, [{ kind: 'post', id: post.id }]);
}

async function knownEvent(tx: Tx, connectionId: string, key: string): Promise<string | null> {
  const { rows } = await sql<{
    event_id: string;
  }>`select event_id from heddle.event_key where source_id = ${connectionId}::uuid and key = ${key}`.execute(tx);
  return rows[0]?.event_id ?? null;
}
