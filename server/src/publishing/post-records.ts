import type { JsonObject } from '@heddle/schemas';
import type { Database } from '../database/index.ts';
import type { Live } from '../live/live.ts';
import type { Clock } from '../runtime/index.ts';
import type { RecordCollection } from '../runtime/records.ts';
import { findPublishCall } from './read-facts.ts';
import { judgeReport, type PostOutcome } from './settle-post.ts';

/** Name under which nodes reach posts. */
export const POST_COLLECTION = 'publishing/post';

/** Posts as nodes see them: how they stand, and the outcome that a flow notes. An outcome of an older try changes nothing. */
export function createPostRecords(deps: {
  database: Database;
  live: Pick<Live, 'publish'>;
  clock: Clock;
}): RecordCollection {
  const { database, live, clock } = deps;
  return {
    get: (user, id) =>
      database.withWorkspace(user.workspaceId, async (tx) => {
        const post = await tx
          .selectFrom('heddle.social_post')
          .select(['status', 'revision'])
          .where('id', '=', id)
          .executeTakeFirst();
        return post === undefined
          ? { status: 'deleted', revision: 0 }
          : { status: post.status, revision: post.revision };
      }),
    put: async (user, id, record) => {
      const kept = await database.withWorkspace(user.workspaceId, async (tx): Promise<JsonObject> => {
        const post = await tx
          .selectFrom('heddle.social_post')
          .selectAll()
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirst();
        if (post === undefined || post.revision !== record['revision'] || post.status !== 'publishing')
          return { ...record, isOutdated: true };
        const outcome = judgeReport(toOutcome(record), await findPublishCall(tx, user.runId));
        const now = new Date(clock.nowMs());
        await tx
          .updateTable('heddle.social_post')
          .set({
            status: outcome.status,
            reason: outcome.reason,
            media_id: outcome.mediaId,
            permalink: outcome.status === 'published' ? textOrNull(record['permalink']) : null,
            published_at: outcome.status === 'published' ? now : null,
            updated_at: now,
          })
          .where('id', '=', id)
          .execute();
        return { ...record, outcome: outcome.status, reason: outcome.reason ?? '' };
      });
      live.publish(user.workspaceId, [{ kind: 'post', id }]);
      return kept;
    },
  };
}

function toOutcome(record: JsonObject): PostOutcome {
  const said = record['outcome'];
  const status = said === 'published' || said === 'unconfirmed' ? said : 'failed';
  return { status, mediaId: textOrNull(record['mediaId']), reason: textOrNull(record['reason']) };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
