import { FlowError, type JsonValue, type OutgoingMessage, type PlatformAction } from '@heddle/schemas';
import type { PlatformAccount, ReconcileResult } from '@heddle/engine';
import { graphPath, listProperty, objectProperty, parseGraphTime, property, textProperty } from './graph-api.ts';
import { reconcilePublish } from './publish-reconcile.ts';
import { getFromGraph } from './get-from-graph.ts';

/** Pages of comment replies that we look through: 50 each. */
const MAX_REPLY_PAGES = 4;
/** How far Instagram's clock may be behind ours. A text that fits still has to be equal. */
const CLOCK_SKEW_MS = 2000;

const unknown = (reason: string): ReconcileResult => ({ outcome: 'unknown', reason });

/**
 * Looks for the effect of an action that was on its way between `sinceMs` and now. Reads only.
 *
 * Finding it proves that it was sent. Not finding it proves nothing: the listing may lag behind, and the call may still be on
 * its way. So the answer for a message or reply is `sent` or `unknown`, never `notSent`. A prepared post knows its state, see
 * `reconcilePublish`.
 *
 * @throws FlowError when Instagram cannot be asked now and may be asked later: `PLATFORM_UNAVAILABLE`, `PLATFORM_RATE_LIMITED`.
 */
export async function reconcileAction(
  action: PlatformAction,
  sinceMs: number,
  account: PlatformAccount,
  nowMs: () => number,
): Promise<ReconcileResult> {
  try {
    switch (action.kind) {
      case 'message':
        return await findMessage(action.to, action.message, sinceMs, account, nowMs);
      case 'privateReply':
        return await findPrivateReply(action.commentId, action.message, sinceMs, account, nowMs);
      case 'commentReply':
        return await findCommentReply(action.commentId, action.text, sinceMs, account, nowMs);
      case 'hideComment':
        return await findHiddenState(action.commentId, action.hide, account, nowMs);
      case 'createContainer':
        // Invisible, free to make anew, and gone after 24 hours: one that nobody knows of does no harm (platforms.md D.1).
        return { outcome: 'notSent' };
      case 'publishContainer':
        return await reconcilePublish(action, sinceMs, account, nowMs);
      default:
        return unknown(`Instagram keeps no trace of "${action.kind}" that could be looked up.`);
    }
  } catch (error) {
    if (error instanceof FlowError && error.retry === 'never')
      return unknown(`Instagram could not be asked: ${error.message}`);
    throw error;
  }
}

async function findMessage(
  to: string,
  message: OutgoingMessage,
  sinceMs: number,
  account: PlatformAccount,
  nowMs: () => number,
): Promise<ReconcileResult> {
  // One call for thread, messages and their text: conversations allow two calls per second (platforms.md F.1).
  const query = { platform: 'instagram', user_id: to, fields: 'id,messages{id,created_time,from,message}' };
  const path = graphPath(account.externalId, 'conversations');
  const conversations = await getFromGraph(account, path, query, nowMs);
  const [conversation] = listProperty(conversations, 'data');
  if (conversation === undefined) return unknown('Instagram lists no conversation with this person.');
  const isText = message.kind === 'text';
  const earliestMs = wholeSecond(sinceMs) - (isText ? CLOCK_SKEW_MS : 0);
  const found = listProperty(property(conversation, 'messages'), 'data').filter(
    (listed) =>
      (parseGraphTime(textProperty(listed, 'created_time')) ?? 0) >= earliestMs &&
      textProperty(property(listed, 'from'), 'id') === account.externalId &&
      fitsMessage(listed, message),
  );
  const [first] = found;
  if (first === undefined) return unknown('The conversation shows no such message of ours; it may still arrive.');
  // A picture or a card is listed without its content, so only a single one can be told to be ours.
  if (!isText && found.length > 1) return unknown('The conversation shows several messages that could be this one.');
  return { outcome: 'sent', receipt: { platformId: textProperty(first, 'id') ?? null, recipientId: to } };
}

/** Same text for texts; for everything else a message without text. */
function fitsMessage(detail: JsonValue, message: OutgoingMessage): boolean {
  const text = textProperty(detail, 'message')?.trim() ?? '';
  if (message.kind === 'text') return text === message.text.trim();
  return message.kind === 'buttons' ? text === '' || text === message.text.trim() : text === '';
}

async function findPrivateReply(
  commentId: string,
  message: OutgoingMessage,
  sinceMs: number,
  account: PlatformAccount,
  nowMs: () => number,
): Promise<ReconcileResult> {
  const comment = await getFromGraph(account, graphPath(commentId), { fields: 'id,from' }, nowMs);
  const author = textProperty(objectProperty(comment, 'from'), 'id');
  if (author === undefined) return unknown('Instagram does not say who wrote the comment.');
  return findMessage(author, message, sinceMs, account, nowMs);
}

async function findCommentReply(
  commentId: string,
  text: string,
  sinceMs: number,
  account: PlatformAccount,
  nowMs: () => number,
): Promise<ReconcileResult> {
  const comment = await getFromGraph(account, graphPath(commentId), { fields: 'id,parent_id' }, nowMs);
  // A reply to a reply hangs on the comment at the top.
  const topId = textProperty(comment, 'parent_id') ?? commentId;
  const earliestMs = wholeSecond(sinceMs) - CLOCK_SKEW_MS;
  let after: string | undefined;
  for (let page = 0; page < MAX_REPLY_PAGES; page += 1) {
    const query = {
      fields: 'id,text,timestamp,username,from,user',
      limit: '50',
      ...(after === undefined ? {} : { after }),
    };
    const listing = await getFromGraph(account, graphPath(topId, 'replies'), query, nowMs);
    const found = listProperty(listing, 'data').find(
      (reply) =>
        isOwnReply(reply, account.externalId) &&
        textProperty(reply, 'text')?.trim() === text.trim() &&
        (parseGraphTime(textProperty(reply, 'timestamp')) ?? 0) >= earliestMs,
    );
    if (found !== undefined) return { outcome: 'sent', receipt: { platformId: textProperty(found, 'id') ?? null } };
    const paging = property(listing, 'paging');
    after = textProperty(paging, 'next') === undefined ? undefined : textProperty(property(paging, 'cursors'), 'after');
    if (after === undefined) break;
  }
  return unknown('The comment shows no such reply of ours; it may still appear.');
}

/** `user` is given for comments of the account alone, `from.self_ig_scoped_id` marks them in newer answers. */
function isOwnReply(reply: JsonValue, accountId: string): boolean {
  const from = objectProperty(reply, 'from');
  return (
    textProperty(from, 'id') === accountId ||
    property(from, 'self_ig_scoped_id') !== undefined ||
    property(reply, 'user') !== undefined
  );
}

async function findHiddenState(
  commentId: string,
  hide: boolean,
  account: PlatformAccount,
  nowMs: () => number,
): Promise<ReconcileResult> {
  const comment = await getFromGraph(account, graphPath(commentId), { fields: 'id,hidden' }, nowMs);
  if (property(comment, 'hidden') === hide) return { outcome: 'sent', receipt: { platformId: commentId } };
  return unknown('The comment does not show the change yet.');
}

/** Times of the platform have whole seconds. */
function wholeSecond(atMs: number): number {
  return Math.floor(atMs / 1000) * 1000;
}
