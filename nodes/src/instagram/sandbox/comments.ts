/** Reading and moderating comments (platforms.md B). */
import { addComment, authorName, deleteComment } from './comment-rows.ts';
import type { SandboxCore } from './core.ts';
import { askedFields, askedPage, getRow } from './graph-call.ts';
import type { GraphCall, GraphEdge, GraphEdges } from './graph-call.ts';
import { GraphError, invalidParameter, missingObject } from './graph-error.ts';
import { readFields } from './graph-fields.ts';
import type { FieldRequest, NodeShape } from './graph-fields.ts';
import { toGraphTime } from './graph-time.ts';
import { addToLedger } from './ledger.ts';
import { toProductType } from './media-kinds.ts';
import type { AccountRow, CommentRow, MediaRow } from './model.ts';
import { listAnswer, newestFirst, pageOf } from './paging.ts';
import { toIgsid } from './people.ts';

const PAGE_LIMIT = 50;

const read = (answer: GraphEdge['answer']): GraphEdge => ({
  scopes: ['instagram_business_basic', 'instagram_business_manage_comments'],
  target: 'read',
  bucket: 'instagram',
  answer,
});
const write = (answer: GraphEdge['answer']): GraphEdge => ({
  scopes: ['instagram_business_basic', 'instagram_business_manage_comments'],
  target: 'comment-reply',
  bucket: 'instagram',
  answer,
});

export const COMMENT_EDGES: GraphEdges = {
  'media GET comments': read((call) => listComments(call, openMedia(call).id)),
  'media POST comments': write(postComment),
  'media POST ': write(switchComments),
  'comment GET ': read((call) =>
    readFields(commentShape(call.core, call.account), getComment(call), askedFields(call)),
  ),
  'comment GET replies': read(listReplies),
  'comment POST replies': write(postReply),
  'comment POST ': write(hideComment),
  'comment DELETE ': write(removeComment),
};

/** Fields of a comment; also used for the nested `comments{...}` of a post. */
export function commentShape(core: SandboxCore, account: AccountRow): NodeShape<CommentRow> {
  const from = (comment: CommentRow): { id: string; username: string } => {
    const persona = comment.personaId === null ? undefined : core.state.personas.find(comment.personaId);
    return persona
      ? { id: toIgsid(account, persona), username: persona.username }
      : { id: account.id, username: account.username };
  };
  const shape: NodeShape<CommentRow> = {
    typeName: 'IGComment',
    defaults: ['id', 'text', 'timestamp'],
    readers: {
      id: (comment) => comment.id,
      text: (comment) => comment.text,
      timestamp: (comment) => toGraphTime(comment.timestampMs),
      username: (comment) => authorName(core, comment),
      from,
      hidden: (comment) => comment.isHidden,
      like_count: (comment) => comment.likeCount,
      parent_id: (comment) => comment.parentId ?? undefined,
      // only on one's own comments
      user: (comment) => (comment.personaId === null ? { id: account.id } : undefined),
      legacy_instagram_comment_id: (comment) => comment.id,
      media: (comment) => {
        const media = core.state.media.find(comment.mediaId);
        return media && { id: media.id, media_product_type: toProductType(media) };
      },
      replies: (comment, request) => nestedComments(core.state.comments.group('parent', comment.id), request, shape),
    },
  };
  return shape;
}

/** A list inside of another node's answer; `undefined` when empty, as the platform leaves empty lists out. */
export function nestedComments(
  rows: readonly CommentRow[],
  request: FieldRequest,
  shape: NodeShape<CommentRow>,
): unknown {
  if (rows.length === 0) return undefined;
  const limit = Math.min(PAGE_LIMIT, Number(request.args['limit'] ?? PAGE_LIMIT) || PAGE_LIMIT);
  return {
    data: [...rows]
      .sort(newestFirst)
      .slice(0, limit)
      .map((row) => readFields(shape, row, request.fields)),
  };
}

function listComments(call: GraphCall, mediaId: string): unknown {
  const rows = call.core.state.comments
    .group('media', mediaId)
    .filter((comment) => comment.parentId === null)
    .sort(newestFirst);
  return answerPage(call, rows);
}

function listReplies(call: GraphCall): unknown {
  return answerPage(call, call.core.state.comments.group('parent', getComment(call).id).sort(newestFirst));
}

function answerPage(call: GraphCall, rows: readonly CommentRow[]): unknown {
  const page = pageOf(rows, askedPage(call, { defaultLimit: PAGE_LIMIT, maxLimit: PAGE_LIMIT }));
  const fields = askedFields(call);
  const shape = commentShape(call.core, call.account);
  return listAnswer(page, (row) => readFields(shape, row, fields));
}

async function postComment(call: GraphCall): Promise<unknown> {
  return answerNewComment(call, openMedia(call), null);
}

async function postReply(call: GraphCall): Promise<unknown> {
  const comment = getComment(call);
  return answerNewComment(call, getRow(call, call.core.state.media.find(comment.mediaId)), comment);
}

async function answerNewComment(call: GraphCall, media: MediaRow, parent: CommentRow | null): Promise<unknown> {
  const { core, account } = call;
  const text = call.params.requiredText('message');
  if (!media.isCommentEnabled) throw invalidParameter('Comments are turned off for this media.');
  if (media.kind === 'live') throw missingObject(call.method, call.nodeId);
  if (account.isRestricted)
    throw new GraphError(368, '(#368) The action attempted has been deemed abusive or is otherwise disallowed');
  const comment = await core.state.transact((tx) => {
    const row = addComment(core, tx, { account, media, author: null, text, parent });
    const parentAuthor = parent?.personaId == null ? undefined : core.state.personas.find(parent.personaId);
    addToLedger(core, {
      kind: parent ? 'comment-reply' : 'comment',
      id: row.id,
      accountId: account.id,
      recipientId: parentAuthor ? toIgsid(account, parentAuthor) : null,
      commentId: parent?.id ?? null,
      mediaId: media.id,
      text,
      requestHash: call.requestHash,
    });
    return row;
  });
  return { id: comment.id };
}

async function hideComment(call: GraphCall): Promise<unknown> {
  const hide = call.params.flag('hide');
  if (hide === undefined) throw invalidParameter('The parameter hide is required.');
  const comment = getComment(call);
  // the owner's own comments stay visible, and the call succeeds all the same
  if (comment.personaId !== null) {
    await call.core.state.transact((tx) => {
      call.core.state.comments.put(comment.id, { ...comment, isHidden: hide });
      tx.after(() =>
        call.core.live.publish({
          kind: 'comment-changed',
          accountId: comment.accountId,
          personaId: comment.personaId,
          mediaId: comment.mediaId,
          commentId: comment.id,
        }),
      );
    });
  }
  return { success: true };
}

async function removeComment(call: GraphCall): Promise<unknown> {
  const comment = getComment(call);
  await call.core.state.transact((tx) => deleteComment(call.core, tx, comment));
  return { success: true };
}

async function switchComments(call: GraphCall): Promise<unknown> {
  const isEnabled = call.params.flag('comment_enabled');
  if (isEnabled === undefined) throw invalidParameter('The parameter comment_enabled is required.');
  const media = getRow(call, call.core.state.media.find(call.nodeId));
  await call.core.state.transact(() => call.core.state.media.put(media.id, { ...media, isCommentEnabled: isEnabled }));
  return { success: true };
}

/** The comment, unless its live broadcast is over. */
function getComment(call: GraphCall): CommentRow {
  const comment = getRow(call, call.core.state.comments.find(call.nodeId));
  const media = call.core.state.media.find(comment.mediaId);
  if (media?.kind === 'live' && !media.isLiveNow) throw missingObject(call.method, call.nodeId);
  return comment;
}

function openMedia(call: GraphCall): MediaRow {
  const media = getRow(call, call.core.state.media.find(call.nodeId));
  if (media.kind === 'live' && !media.isLiveNow) throw missingObject(call.method, call.nodeId);
  return media;
}
