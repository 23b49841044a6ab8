/** A direct message in answer to a comment: once per comment, within 7 days, opens no window (platforms.md A.5). */
import type { BubbleContent } from './customer-api.ts';
import type { GraphCall } from './graph-call.ts';
import { GraphError, invalidParameter } from './graph-error.ts';
import { DAY_MS } from './graph-time.ts';
import { addToLedger } from './ledger.ts';
import type { CommentRow, MediaRow, PersonaRow } from './model.ts';
import { toIgsid } from './people.ts';
import { textOf, waitForEcho } from './send-effects.ts';
import type { ParsedMessage } from './send-message-parse.ts';
import { checkCanReach } from './send-recipient.ts';
import { addBusinessMessage } from './threads.ts';

const PRIVATE_REPLY_MS = 7 * DAY_MS;

/** @param toContent fetches what a rich message names; only asked when the switch allows rich private replies. */
export async function sendPrivateReply(
  call: GraphCall,
  commentId: string,
  message: ParsedMessage,
  toContent: (message: ParsedMessage) => Promise<BubbleContent>,
): Promise<unknown> {
  const { core, account } = call;
  const isPlain = message.body.kind === 'text' && message.quickReplies.length === 0;
  if (!isPlain && !core.settings().variants.allowsRichPrivateReplies)
    throw invalidParameter('A private reply supports text only.', 2534015);
  const target = checkComment(call, commentId);
  core.limits.chargeSend(account, target.media.kind === 'live' ? 'live-private-reply' : 'private-reply');
  const content = await toContent(message);
  const { sent, echoIds } = await core.state.transact((tx) => {
    // again: of two calls at the same time, one must lose
    const { comment, persona, media } = checkComment(call, commentId);
    const { message: row, echoIds: ids } = addBusinessMessage(core, tx, {
      account,
      persona,
      content,
      quickReplies: message.quickReplies,
      commentId,
    });
    core.state.comments.put(comment.id, { ...comment, privateReplyMid: row.mid });
    addToLedger(core, {
      kind: 'private-reply',
      id: row.mid,
      accountId: account.id,
      recipientId: toIgsid(account, persona),
      commentId,
      mediaId: media.id,
      text: textOf(row),
      requestHash: call.requestHash,
    });
    tx.after(() =>
      core.live.publish({
        kind: 'comment-changed',
        accountId: account.id,
        personaId: persona.id,
        mediaId: media.id,
        commentId,
      }),
    );
    return { sent: row, echoIds: ids };
  });
  await waitForEcho(core, echoIds);
  return { recipient_id: toIgsid(account, target.persona), message_id: sent.mid };
}

/** @throws GraphError 100/2534025 when the comment cannot be answered, and what stands against writing to its author. */
function checkComment(
  call: GraphCall,
  commentId: string,
): { comment: CommentRow; persona: PersonaRow; media: MediaRow } {
  const { core, account } = call;
  const comment = core.state.comments.find(commentId);
  const media = comment && core.state.media.find(comment.mediaId);
  const persona = comment?.personaId == null ? undefined : core.state.personas.find(comment.personaId);
  if (!comment || !media || !persona || comment.accountId !== account.id) throw invalidComment();
  if (comment.privateReplyMid !== null)
    throw core.settings().variants.repeatedPrivateReply === '100/2534025'
      ? invalidComment()
      : new GraphError(10, '(#10) This comment has already been replied to.', { subcode: 2534022 });
  if (core.nowMs() - comment.timestampMs > PRIVATE_REPLY_MS) throw invalidComment();
  if (media.kind === 'live' && !media.isLiveNow) throw invalidComment();
  checkCanReach(core.state.accounts.find(account.id) ?? account, persona);
  return { comment, persona, media };
}

function invalidComment(): GraphError {
  return invalidParameter('The comment is invalid for a private reply, or it has already been replied to.', 2534025);
}
