import type { PostView } from '@heddle/schemas/api';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';
import type { PostRow } from './post-row.ts';
import { readStepRuns, toSteps } from './post-steps.ts';

/** Posts as the API shows them, with account, run and progress. */
export async function toPostViews(tx: Tx, posts: readonly PostRow[]): Promise<PostView[]> {
  const eventIds = posts.flatMap((post) => (post.event_id === null ? [] : [post.event_id]));
  const { rows: runs } = await sql<{ id: string; flow_id: string; event_id: string }>`
    select id, flow_id, event_id from heddle.run where event_id = any(${eventIds}::uuid[])`.execute(tx);
  const runOf = new Map(runs.map((run) => [run.event_id, run]));
  const steps = await readStepRuns(
    tx,
    runs.map((run) => run.id),
  );
  const accounts = await tx.selectFrom('heddle.connection').select(['id', 'username']).execute();
  const nameOf = new Map(accounts.map((account) => [account.id, account.username]));
  return posts.map((post) => {
    const run = post.event_id === null ? undefined : runOf.get(post.event_id);
    return {
      id: post.id,
      connectionId: post.connection_id,
      username: nameOf.get(post.connection_id) ?? '',
      kind: post.kind,
      caption: post.caption,
      media: post.media.map(({ url, altText }) => ({ url, altText })),
      status: post.status,
      schedule:
        post.local_time === null || post.time_zone === null
          ? null
          : { localTime: post.local_time, timeZone: post.time_zone },
      scheduledAt: post.scheduled_at?.toISOString() ?? null,
      revision: post.revision,
      attempt: post.attempt,
      runId: run?.id ?? null,
      flowId: run?.flow_id ?? null,
      permalink: post.permalink,
      reason: post.reason,
      steps: toSteps(post.status, run === undefined ? [] : (steps.get(run.id) ?? [])),
      publishedAt: post.published_at?.toISOString() ?? null,
      createdAt: post.created_at.toISOString(),
      updatedAt: post.updated_at.toISOString(),
    };
  });
}

/** One post as the API shows it. */
export async function toPostView(tx: Tx, post: PostRow): Promise<PostView> {
  const [view] = await toPostViews(tx, [post]);
  if (view === undefined) throw new TypeError('One post gives one view');
  return view;
}
