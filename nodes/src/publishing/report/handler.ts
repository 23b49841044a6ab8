import { defineHandler, done } from '@heddle/engine';
import { FlowError, isJsonObject, type JsonValue } from '@heddle/schemas';
import { POST_COLLECTION } from '../check-is-current.ts';
import { textOf } from '../read-post.ts';
import { report } from './definition.ts';

export const reportHandler = defineHandler(report, {
  run: async ({ config, input, trigger, records }) => {
    const postId = field(trigger, 'postId');
    if (postId === '')
      throw new FlowError(
        'NODE_CONFIG_INVALID',
        'This run was not started by a post that is due, so there is nothing to note.',
      );
    const given = config.reason ?? '';
    // What an `error` port carries has a message, what our own ports carry a reason.
    const found = field(input, 'reason') === '' ? field(input, 'message') : field(input, 'reason');
    const reason = config.outcome === 'published' ? '' : given === '' ? found : given;
    const permalink = field(input, 'permalink');
    await records.put(POST_COLLECTION, postId, {
      outcome: config.outcome,
      revision: isJsonObject(trigger) ? (trigger['revision'] ?? null) : null,
      mediaId: field(input, 'mediaId'),
      permalink,
      reason,
    });
    return done('done', { postId, outcome: config.outcome, permalink, reason });
  },
});

function field(value: JsonValue, name: string): string {
  return isJsonObject(value) ? textOf(value[name]) : '';
}
