/** `POST /{ig-id|me}/messages` (platforms.md A.3 to A.5). */
import type { BubbleContent } from './customer-api.ts';
import { resolveFiles, ATTACHMENT_EDGES } from './attachment-files.ts';
import { requireScopes } from './graph-call.ts';
import type { GraphCall, GraphEdges } from './graph-call.ts';
import { GraphError, invalidParameter } from './graph-error.ts';
import { addToLedger } from './ledger.ts';
import { toPermalink } from './media-kinds.ts';
import { toIgsid } from './people.ts';
import { sendPrivateReply } from './private-reply.ts';
import { checkRecipient, getRecipient } from './send-recipient.ts';
import { parseMessage } from './send-message-parse.ts';
import type { ParsedMessage } from './send-message-parse.ts';
import { textOf, waitForEcho } from './send-effects.ts';
import { parseSendRequest } from './send-request.ts';
import type { SendRequest } from './send-request.ts';
import { sendSelfMessage } from './self-message.ts';
import { runSenderAction } from './sender-actions.ts';
import { addBusinessMessage } from './threads.ts';

export const SEND_EDGES: GraphEdges = {
  ...ATTACHMENT_EDGES,
  'account POST messages': { scopes: ['instagram_business_basic'], target: 'send', bucket: 'messaging', answer: send },
};

async function send(call: GraphCall): Promise<unknown> {
  const request = parseSendRequest(call.params);
  // a private reply is a matter of comments, everything else of messages
  requireScopes(call, [
    request.recipient.kind === 'comment' ? 'instagram_business_manage_comments' : 'instagram_business_manage_messages',
  ]);
  if (request.body.kind === 'action') return runSenderAction(call, request, request.body.action);
  const message = parseMessage(request.body.message);
  if (request.recipient.kind === 'comment')
    return sendPrivateReply(call, request.recipient.commentId, message, (parsed) => toContent(call, parsed));
  if (request.recipient.igsid === call.account.id) return sendSelfMessage(call, message);
  return sendMessage(call, request, request.recipient.igsid, message);
}

async function sendMessage(
  call: GraphCall,
  request: SendRequest,
  igsid: string,
  message: ParsedMessage,
): Promise<unknown> {
  const { core, account } = call;
  checkRecipient(call, igsid, request.isHumanAgent);
  core.limits.chargeSend(account, isAudioOrVideo(message) ? 'audio-video' : 'text');
  const content = await toContent(call, message);
  const { sent, echoIds } = await core.state.transact((tx) => {
    // again, because fetching the files took time
    checkRecipient(call, igsid, request.isHumanAgent);
    const persona = getRecipient(call, igsid);
    if (request.replyToMid !== null && core.state.messages.find(request.replyToMid)?.personaId !== persona.id)
      throw invalidParameter('The message in reply_to does not belong to this conversation.', 2534015);
    const { message: row, echoIds: ids } = addBusinessMessage(core, tx, {
      account,
      persona,
      content,
      quickReplies: message.quickReplies,
      replyToMid: request.replyToMid,
    });
    addToLedger(core, {
      kind: 'message',
      id: row.mid,
      accountId: account.id,
      recipientId: toIgsid(account, persona),
      commentId: null,
      mediaId: null,
      text: textOf(row),
      requestHash: call.requestHash,
    });
    return { sent: row, echoIds: ids };
  });
  await waitForEcho(core, echoIds);
  return { recipient_id: igsid, message_id: sent.mid };
}

/** Fetches and checks what the message names. @throws GraphError 100 and its file subcodes. */
async function toContent(call: GraphCall, message: ParsedMessage): Promise<BubbleContent> {
  const { body } = message;
  switch (body.kind) {
    case 'text':
    case 'sticker':
    case 'carousel':
    case 'button-card':
      return body;
    case 'own-post': {
      const media = call.core.state.media.find(body.mediaId);
      if (!media || media.accountId !== call.account.id)
        throw invalidParameter('The post does not exist or is owned by another account.', 2018074);
      return {
        kind: 'post',
        mediaId: media.id,
        caption: media.caption,
        pictureUrl: media.source,
        permalink: toPermalink(media),
      };
    }
    case 'files': {
      if (body.files.length > 1 && !call.core.settings().variants.hasMultiImage)
        throw new GraphError(100, '(#100) Sending several images is not enabled for this account.', {
          subcode: 2534068,
        });
      const urls = await resolveFiles(call, body.files);
      const type = body.files[0]?.type ?? 'image';
      return type === 'image' ? { kind: 'image', urls } : { kind: type, url: urls[0] ?? '' };
    }
  }
}

function isAudioOrVideo(message: ParsedMessage): boolean {
  return (
    message.body.kind === 'files' && message.body.files.some((file) => file.type === 'audio' || file.type === 'video')
  );
}
