import type { CommentView } from '@heddle/nodes/instagram-customer';
import { expect, it } from 'vitest';
import { toCommentTree } from './comment-tree.ts';

const comment = (id: string, atMs: number, parentId: string | null = null): CommentView => ({
  id,
  mediaId: 'm',
  parentId,
  personaId: 'p',
  username: 'u',
  text: id,
  atMs,
  isHidden: false,
  isByBusiness: false,
  privateReplyMid: null,
});

it('shows the newest comment first and answers below theirs in order', () => {
  const tree = toCommentTree([
    comment('a', 1),
    comment('b', 2),
    comment('a2', 4, 'a'),
    comment('a1', 3, 'a'),
    comment('lost', 5, 'gone'),
  ]);
  expect(tree.map((branch) => [branch.comment.id, branch.replies.map((reply) => reply.id)])).toEqual([
    ['lost', []],
    ['b', []],
    ['a', ['a1', 'a2']],
  ]);
});
