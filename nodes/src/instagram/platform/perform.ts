import { FlowError, type JsonObject, type PlatformAction, type SendReceipt } from '@heddle/schemas';
import type { PlatformAccount, PlatformResponse } from '@heddle/engine';
import { graphPath, property, textProperty } from './graph-api.ts';
import { toGraphError } from './errors.ts';
import { judgeRefusedPublish, toPublishCall } from './publish-perform.ts';
import { toGraphMessage } from './to-graph-message.ts';
import { validateAction } from './validate-action.ts';

/**
 * Carries out one action by one call.
 *
 * @throws FlowError by the error table; `details.sent` tells whether the call may have had its effect. `SEND_INVALID`, not sent,
 * when the content breaks a limit; `PLATFORM_ANSWER_INVALID`, sent, when Instagram accepts without naming what it made.
 */
export async function performAction(
  action: PlatformAction,
  account: PlatformAccount,
  nowMs: () => number,
): Promise<SendReceipt> {
  const problems = validateAction(action);
  if (problems.length > 0) {
    const text = problems
      .slice(0, 3)
      .map((problem) => problem.message)
      .join(' ');
    throw new FlowError('SEND_INVALID', `Not sent: ${text}`, { details: { sent: false } });
  }
  const call = toGraphCall(action, account.externalId);
  const response = await account.http.request({ method: 'POST', path: call.path, body: call.body });
  if (response.status < 200 || response.status > 299 || property(response.body, 'error') !== undefined) {
    const refusal = toGraphError(response, nowMs());
    if (action.kind === 'publishContainer') return judgeRefusedPublish(action, account, nowMs, refusal);
    throw refusal;
  }
  return toReceipt(action, response);
}

/** The call for an action; pure, so that its shape can be tested without a network. */
export function toGraphCall(action: PlatformAction, accountId: string): { path: string; body: JsonObject } {
  const messages = graphPath(accountId, 'messages');
  switch (action.kind) {
    case 'message':
      return {
        path: messages,
        body: { recipient: { id: action.to }, messaging_type: 'RESPONSE', message: toGraphMessage(action.message) },
      };
    case 'privateReply':
      return {
        path: messages,
        body: { recipient: { comment_id: action.commentId }, message: toGraphMessage(action.message) },
      };
    case 'commentReply':
      return { path: graphPath(action.commentId, 'replies'), body: { message: action.text } };
    case 'hideComment':
      return { path: graphPath(action.commentId), body: { hide: action.hide } };
    case 'typing':
      return { path: messages, body: { recipient: { id: action.to }, sender_action: 'typing_on' } };
    case 'markSeen':
      return { path: messages, body: { recipient: { id: action.to }, sender_action: 'mark_seen' } };
    case 'createContainer':
    case 'publishContainer':
      return toPublishCall(action, accountId);
    case 'http':
      throw new FlowError('SEND_INVALID', 'Instagram does not carry out plain HTTP requests.', {
        details: { sent: false },
      });
    default:
      return action satisfies never;
  }
}

function toReceipt(action: PlatformAction, response: PlatformResponse): SendReceipt {
  const recipientId = textProperty(response.body, 'recipient_id');
  const recipient = recipientId === undefined ? {} : { recipientId };
  switch (action.kind) {
    case 'message':
    case 'privateReply':
      return { platformId: requireId(textProperty(response.body, 'message_id'), response), ...recipient };
    case 'commentReply':
    case 'createContainer':
    case 'publishContainer':
      return { platformId: requireId(textProperty(response.body, 'id'), response) };
    default:
      return { platformId: null, ...recipient };
  }
}

function requireId(id: string | undefined, response: PlatformResponse): string {
  if (id !== undefined) return id;
  throw new FlowError(
    'PLATFORM_ANSWER_INVALID',
    'Instagram accepted the call but its answer names nothing that was made.',
    {
      details: { sent: true, status: response.status },
    },
  );
}
