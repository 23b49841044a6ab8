import { defineHandler, done, suspend } from '@heddle/engine';
import { FlowError, isJsonObject } from '@heddle/schemas';
import { pollDelayMs, POLL_LIMIT_MS, readContainer } from '../container-state.ts';
import { waitUntilReady } from './definition.ts';

export const waitUntilReadyHandler = defineHandler(waitUntilReady, {
  run: async ({ config, read, nowMs, memo }) => {
    const { containerId } = config;
    const polls = isJsonObject(memo) ? Number(memo['polls']) : 0;
    const sinceMs = isJsonObject(memo) ? Number(memo['sinceMs']) : nowMs;
    const { status, reason, canBeMadeAnew } = await readContainer(read, config.connection, containerId);
    switch (status) {
      case 'FINISHED':
      // Published before, in a run that did not get to see it: the publishing node finds that out and publishes nothing.
      case 'PUBLISHED':
        return done('ready', { containerId });
      case 'ERROR':
        return done(canBeMadeAnew ? 'expired' : 'failed', { containerId, reason });
      case 'EXPIRED':
        return done('expired', { containerId, reason });
      case 'IN_PROGRESS':
        if (nowMs - sinceMs > POLL_LIMIT_MS)
          return done('failed', {
            containerId,
            reason: 'Instagram did not finish preparing the post in 10 minutes. Try again later.',
          });
        return suspend({ kind: 'time', dueAtMs: nowMs + pollDelayMs(polls) }, { polls: polls + 1, sinceMs });
      default:
        throw new FlowError(
          'PLATFORM_ANSWER_INVALID',
          `The prepared post is in the state "${status}", which is not known.`,
        );
    }
  },
});
