import { defineHandler, done, type HandlerContext } from '@heddle/engine';
import { ERRORS, FlowError, isJsonObject } from '@heddle/schemas';
import { findOutdated } from '../check-is-current.ts';
import { textOf } from '../read-post.ts';
import { publish } from './definition.ts';

/** Instagram's subcode for a container that is not ready (platforms.md F.3). */
const NOT_READY_SUBCODE = 2207027;

export const publishHandler = defineHandler(publish, {
  run: async ({ config, trigger, send, read, records }) => {
    const { connection, containerId, caption } = config;
    const outdated = await findOutdated(records, trigger);
    if (outdated !== null) return done('failed', { reason: outdated, code: 'POST_STATE_CONFLICT' });
    try {
      const receipt = await send({
        key: 'publish',
        connection,
        action: { kind: 'publishContainer', containerId, caption },
      });
      const mediaId = receipt.platformId ?? '';
      return done('published', { mediaId, permalink: await readPermalink(read, connection, mediaId) });
    } catch (error) {
      if (!(error instanceof FlowError)) throw error;
      // Used-up limits and open outcomes are waited for by the engine, at the time that the error names.
      if (error.retry === 'after') throw error;
      if (error.code === 'SEND_OUTCOME_UNKNOWN') return done('unconfirmed', { reason: error.message, containerId });
      if (error.details?.['subcode'] === NOT_READY_SUBCODE) return done('notReady', { containerId });
      return done('failed', { reason: `${error.message} ${ERRORS[error.code].remedy}`, code: error.code });
    }
  },
});

/** The link is a nicety: the post is out, so a link that cannot be read must not look like a failure. */
async function readPermalink(
  read: HandlerContext<unknown>['read'],
  connection: string,
  mediaId: string,
): Promise<string> {
  if (mediaId === '') return '';
  try {
    const post = await read(connection, 'post', { mediaId });
    return isJsonObject(post) ? textOf(post['permalink']) : '';
  } catch (error) {
    if (error instanceof FlowError) return '';
    throw error;
  }
}
