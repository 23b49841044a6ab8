import { FlowError } from '@heddle/schemas';
import type { Selectable } from 'kysely';
import type { Tx } from '../database/index.ts';
import type { PostStatus, PublishingTables } from './tables.ts';

export type PostRow = Selectable<PublishingTables['heddle.social_post']>;

/** @throws FlowError `NOT_FOUND`. */
export async function getPost(tx: Tx, id: string): Promise<PostRow> {
  const row = await tx.selectFrom('heddle.social_post').selectAll().where('id', '=', id).executeTakeFirst();
  return row ?? missing(id);
}

/** The same, locked until the transaction ends: for every change. @throws FlowError `NOT_FOUND`. */
export async function lockPost(tx: Tx, id: string): Promise<PostRow> {
  const row = await tx.selectFrom('heddle.social_post').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row ?? missing(id);
}

/** @throws FlowError `POST_STATE_CONFLICT` saying what the post is and what it would have to be. */
export function requireStatus(post: PostRow, allowed: readonly PostStatus[], deed: string): void {
  if (allowed.includes(post.status)) return;
  const more = post.status === 'unconfirmed' ? ' Look at Instagram and settle it on the Activity page first.' : '';
  throw new FlowError('POST_STATE_CONFLICT', `A post that is "${post.status}" cannot be ${deed}.${more}`);
}

function missing(id: string): never {
  throw new FlowError('NOT_FOUND', `There is no post ${id}.`);
}
