import type { CommentView } from '@heddle/nodes/instagram-customer';

/** A comment with what was answered under it. */
export interface CommentBranch {
  readonly comment: CommentView;
  readonly replies: readonly CommentView[];
}

/** Comments as the app shows them: newest first, answers below what they answer, oldest first. An answer whose comment is gone stands alone. */
export function toCommentTree(comments: readonly CommentView[]): CommentBranch[] {
  const ids = new Set(comments.map((comment) => comment.id));
  const isTop = (comment: CommentView) => comment.parentId === null || !ids.has(comment.parentId);
  return comments
    .filter(isTop)
    .toSorted((a, b) => b.atMs - a.atMs)
    .map((comment) => ({
      comment,
      replies: comments.filter((reply) => reply.parentId === comment.id).toSorted((a, b) => a.atMs - b.atMs),
    }));
}
