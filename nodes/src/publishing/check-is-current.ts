import type { RecordService } from '@heddle/engine';
import { isJsonObject, type JsonValue } from '@heddle/schemas';
import { textOf } from './read-post.ts';

/** Where the Publishing page keeps its posts. */
export const POST_COLLECTION = 'publishing/post';

/**
 * Whether the post that started the run still waits for this very run. An event that is replayed, or a run that is retried after the post
 * was changed or tried again, must publish nothing.
 *
 * @returns Why not, or null when it does. A run that no post started is not judged.
 */
export async function findOutdated(records: RecordService, trigger: JsonValue): Promise<string | null> {
  const postId = isJsonObject(trigger) ? textOf(trigger['postId']) : '';
  if (!isJsonObject(trigger) || postId === '') return null;
  const post = await records.get(POST_COLLECTION, postId);
  // A host that keeps no posts (a test in memory) has none that could be outdated.
  if (post === null) return null;
  if (post['status'] === 'deleted') return 'The post was deleted.';
  if (post['revision'] !== trigger['revision'])
    return 'The post was changed or tried again since; this run is an older one.';
  return post['status'] === 'publishing' ? null : `The post is "${textOf(post['status'])}" already.`;
}
