/** Comments as rows: adding them (with their webhook) and showing them. Used by the Graph API and by the customer's side. */
import type { SandboxCore } from './core.ts';
import type { CommentView } from './customer-api.ts';
import type { AccountRow, CommentRow, MediaRow, PersonaRow } from './model.ts';
import type { Transaction } from './state.ts';
import { commentEntry, commentField } from './webhook-bodies.ts';

export interface NewComment {
  readonly account: AccountRow;
  readonly media: MediaRow;
  /** `null` when the account itself comments. */
  readonly author: PersonaRow | null;
  readonly text: string;
  /** Any comment of the thread; the new one is attached to the thread's first, as on the platform. */
  readonly parent: CommentRow | null;
}

/** Stores a comment and plans its webhook. `isQuiet` leaves the live event to the caller (bulks). */
export function addComment(core: SandboxCore, tx: Transaction, input: NewComment, isQuiet = false): CommentRow {
  const { account, media, author, parent } = input;
  const comment: CommentRow = {
    id: core.ids.numeric(parent ? '179' : '178'),
    seq: core.state.nextSeq(),
    accountId: account.id,
    mediaId: media.id,
    parentId: parent ? (parent.parentId ?? parent.id) : null,
    personaId: author?.id ?? null,
    text: input.text,
    timestampMs: core.nowMs(),
    isHidden: false,
    likeCount: 0,
    privateReplyMid: null,
  };
  core.state.comments.put(comment.id, comment);
  // a private account's comments are never told
  if (account.isPublic)
    core.webhooks.plan(tx, {
      accountId: account.id,
      field: commentField(media),
      lane: `comments:${author?.id ?? account.id}`,
      entry: commentEntry(core, account, media, comment, author),
    });
  if (!isQuiet)
    tx.after(() =>
      core.live.publish({
        kind: 'comment',
        accountId: account.id,
        personaId: author?.id ?? null,
        comment: toCommentView(core, comment),
      }),
    );
  return comment;
}

/** Deletes a comment and its replies. */
export function deleteComment(core: SandboxCore, tx: Transaction, comment: CommentRow): void {
  for (const reply of core.state.comments.group('parent', comment.id)) core.state.comments.delete(reply.id);
  core.state.comments.delete(comment.id);
  tx.after(() =>
    core.live.publish({
      kind: 'comment-deleted',
      accountId: comment.accountId,
      personaId: comment.personaId,
      mediaId: comment.mediaId,
      commentId: comment.id,
    }),
  );
}

export function toCommentView(core: SandboxCore, comment: CommentRow): CommentView {
  return {
    id: comment.id,
    mediaId: comment.mediaId,
    parentId: comment.parentId,
    personaId: comment.personaId,
    username: authorName(core, comment),
    text: comment.text,
    atMs: comment.timestampMs,
    isHidden: comment.isHidden,
    isByBusiness: comment.personaId === null,
    privateReplyMid: comment.privateReplyMid,
  };
}

export function authorName(core: SandboxCore, comment: CommentRow): string {
  const author =
    comment.personaId === null
      ? core.state.accounts.find(comment.accountId)
      : core.state.personas.find(comment.personaId);
  return author?.username ?? 'instagram_user';
}
