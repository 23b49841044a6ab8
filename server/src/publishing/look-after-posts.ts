import { FlowError, isJsonObject, type PlatformAction } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Deps } from '../http/deps.ts';
import { getPost, type PostRow } from './post-row.ts';
import { readFacts, type PublishCall } from './read-facts.ts';
import { settlePost, type PostOutcome } from './settle-post.ts';
import { claimPost, emitPost } from './start-post.ts';

/** Posts looked at in one go. */
const BATCH = 100;
/** A claimed post without an event after this time belongs to a process that died in between. */
const ORPHAN_MS = 5_000;
/** An unconfirmed post is asked for at the platform this often. */
const ASK_EVERY_MS = 30_000;

/** Starts the posts whose time has come. @returns How many there were. */
export async function startDuePosts(deps: Deps): Promise<number> {
  const nowMs = deps.clock.nowMs();
  const { rows } = await sql<{
    workspace_id: string;
    id: string;
  }>`select * from heddle.due_posts(${new Date(nowMs)}, ${BATCH})`.execute(deps.database.anyWorkspace);
  for (const { workspace_id: workspaceId, id } of rows) {
    const post = await deps.database
      .withWorkspace(workspaceId, (tx) => claimPost(tx, id, ['scheduled'], nowMs))
      .catch((error: unknown) => {
        // Another process took it, or it was changed or deleted in this moment.
        if (error instanceof FlowError) return null;
        throw error;
      });
    if (post !== null) await emitPost(deps, workspaceId, post);
  }
  return rows.length;
}

/** Brings posts on their way to an end that their flow did not report, and asks again about those that nobody is sure of. */
export async function settleOpenPosts(deps: Deps): Promise<void> {
  const { rows } = await sql<{ workspace_id: string; id: string }>`select * from heddle.open_posts(${BATCH})`.execute(
    deps.database.anyWorkspace,
  );
  for (const { workspace_id: workspaceId, id } of rows) await settleOne(deps, workspaceId, id);
}

async function settleOne(deps: Deps, workspaceId: string, id: string): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const { post, facts } = await deps.database.withWorkspace(workspaceId, async (tx) => {
    const found = await getPost(tx, id);
    return { post: found, facts: await readFacts(tx, found) };
  });
  if (post.event_id === null) {
    if (post.status === 'publishing' && nowMs - post.updated_at.getTime() > ORPHAN_MS)
      await emitPost(deps, workspaceId, post);
    return;
  }
  const outcome = settlePost(facts);
  if (outcome !== null) return writeOutcome(deps, workspaceId, post, outcome);
  if (
    post.status === 'unconfirmed' &&
    facts.call !== null &&
    nowMs - (post.asked_at ?? post.updated_at).getTime() > ASK_EVERY_MS
  ) {
    await askAgain(deps, workspaceId, post, facts.call);
  }
}

async function writeOutcome(deps: Deps, workspaceId: string, post: PostRow, outcome: PostOutcome): Promise<void> {
  const now = new Date(deps.clock.nowMs());
  const isPublished = outcome.status === 'published';
  const permalink =
    isPublished && outcome.mediaId !== null
      ? await readPermalink(deps, workspaceId, post.connection_id, outcome.mediaId)
      : null;
  await deps.database.withWorkspace(workspaceId, (tx) =>
    tx
      .updateTable('heddle.social_post')
      .set({
        status: outcome.status,
        reason: outcome.reason,
        media_id: outcome.mediaId,
        permalink,
        published_at: isPublished ? now : null,
        updated_at: now,
      })
      .where('id', '=', post.id)
      .where('revision', '=', post.revision)
      .where('status', '=', post.status)
      .execute(),
  );
  deps.live.publish(workspaceId, [{ kind: 'post', id: post.id }]);
}

/** Read only. What the platform says settles the outbox row; the next look settles the post by it. */
async function askAgain(deps: Deps, workspaceId: string, post: PostRow, call: PublishCall): Promise<void> {
  const now = new Date(deps.clock.nowMs());
  await deps.database.withWorkspace(workspaceId, (tx) =>
    tx.updateTable('heddle.social_post').set({ asked_at: now }).where('id', '=', post.id).execute(),
  );
  if (call.state !== 'unknown' || call.sendingAtMs === null) return;
  try {
    const { account, platform } = await deps.connections.openAccount(workspaceId, post.connection_id);
    // The action was stored by the outbox from a checked one.
    const result = await platform.reconcile(call.action as unknown as PlatformAction, call.sendingAtMs, account);
    if (result.outcome === 'unknown') return;
    const receipt = result.outcome === 'sent' ? result.receipt : null;
    await deps.database.withWorkspace(workspaceId, (tx) =>
      sql`
        update heddle.outbox set state = ${receipt === null ? 'failed' : 'sent'}, platform_id = ${receipt?.platformId ?? null},
          receipt = ${receipt === null ? null : JSON.stringify(receipt)}::jsonb, reason = 'Instagram was asked again.', settled_at = ${now}
        where id = ${call.id}::uuid and state = 'unknown'`.execute(tx),
    );
    deps.live.publish(workspaceId, [{ kind: 'outbox', id: call.id, runId: null }]);
  } catch (error) {
    // It stays unconfirmed and is asked for again.
    deps.log.warn({ error, postId: post.id }, 'An unconfirmed post could not be asked for');
  }
}

/** The link is a nicety; a post without one is published all the same. */
async function readPermalink(
  deps: Deps,
  workspaceId: string,
  connectionId: string,
  mediaId: string,
): Promise<string | null> {
  try {
    const { account, platform } = await deps.connections.openAccount(workspaceId, connectionId);
    const post = await platform.read('post', { mediaId }, account);
    return isJsonObject(post) && typeof post['permalink'] === 'string' ? post['permalink'] : null;
  } catch (error) {
    deps.log.warn({ error, mediaId }, 'The link of a published post could not be read');
    return null;
  }
}
