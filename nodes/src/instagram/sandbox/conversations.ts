/** Reading conversations (platforms.md A.6): 20 messages of a thread in detail, older ones answer as if deleted. */
import type { SandboxCore } from './core.ts';
import { askedFields, askedPage, getRow } from './graph-call.ts';
import type { GraphCall, GraphEdge, GraphEdges } from './graph-call.ts';
import { GraphError, invalidParameter } from './graph-error.ts';
import { readFields } from './graph-fields.ts';
import type { NodeShape } from './graph-fields.ts';
import { DAY_MS, toGraphTime } from './graph-time.ts';
import type { AccountRow, MessageRow, ThreadRow } from './model.ts';
import { listAnswer, newestFirst, pageOf } from './paging.ts';
import { findPersonaByIgsid, toIgsid } from './people.ts';
import { toPictureUrl } from './pictures.ts';

const READABLE_MESSAGES = 20;
/** Threads in the requests folder that have been idle for longer are not listed. */
const REQUEST_LIFE_MS = 30 * DAY_MS;

const edge = (answer: GraphEdge['answer']): GraphEdge => ({
  scopes: ['instagram_business_basic', 'instagram_business_manage_messages'],
  target: 'read',
  bucket: 'conversations',
  answer,
});

export const CONVERSATION_EDGES: GraphEdges = {
  'account GET conversations': edge(listConversations),
  'conversation GET ': edge((call) =>
    readFields(
      conversationShape(call),
      getRow(call, call.core.state.threads.group('conversation', call.nodeId)[0]),
      askedFields(call),
    ),
  ),
  'conversation GET messages': edge((call) =>
    messagesOf(call, getRow(call, call.core.state.threads.group('conversation', call.nodeId)[0])),
  ),
  'message GET ': edge(readMessage),
};

function listConversations(call: GraphCall): unknown {
  const { core, account, params } = call;
  const platform = params.text('platform');
  if (platform !== undefined && platform !== 'instagram')
    throw invalidParameter('Param platform must be one of {INSTAGRAM}');
  const igsid = params.text('user_id');
  const persona = igsid === undefined ? undefined : findPersonaByIgsid(core.state, account, igsid);
  if (igsid !== undefined && !persona) return { data: [] };
  const rows = core.state.threads
    .group('account', account.id)
    .filter(
      (thread) =>
        (!persona || thread.personaId === persona.id) &&
        (thread.folder === 'inbox' || core.nowMs() - thread.updatedAtMs < REQUEST_LIFE_MS),
    )
    .map((thread, index) => ({ thread, timestampMs: thread.updatedAtMs, seq: index }))
    .sort(newestFirst);
  const page = pageOf(rows, askedPage(call, { defaultLimit: 25, maxLimit: 100 }));
  const fields = askedFields(call);
  return listAnswer(page, (row) => readFields(conversationShape(call), row.thread, fields));
}

function conversationShape(call: GraphCall): NodeShape<ThreadRow> {
  const { core, account } = call;
  return {
    typeName: 'IGConversation',
    defaults: ['id', 'updated_time'],
    readers: {
      id: (thread) => thread.conversationId,
      updated_time: (thread) => toGraphTime(thread.updatedAtMs),
      participants: (thread) => {
        const persona = core.state.personas.find(thread.personaId);
        return {
          data: [
            { id: account.id, username: account.username },
            ...(persona ? [{ id: toIgsid(account, persona), username: persona.username }] : []),
          ],
        };
      },
      messages: (thread, request) => {
        const limit = Math.min(
          READABLE_MESSAGES,
          Number(request.args['limit'] ?? READABLE_MESSAGES) || READABLE_MESSAGES,
        );
        const shape = messageShape(core, account);
        const asked = request.fields ?? [
          { name: 'id', args: {}, fields: null },
          { name: 'created_time', args: {}, fields: null },
          { name: 'is_unsupported', args: {}, fields: null },
        ];
        return {
          data: recentMessages(core, thread.key)
            .slice(0, limit)
            .map((message) => readFields(shape, message, asked)),
        };
      },
    },
  };
}

function messagesOf(call: GraphCall, thread: ThreadRow): unknown {
  const page = pageOf(
    recentMessages(call.core, thread.key),
    askedPage(call, { defaultLimit: READABLE_MESSAGES, maxLimit: READABLE_MESSAGES }),
  );
  const fields = askedFields(call);
  const shape = messageShape(call.core, call.account);
  return listAnswer(page, (message) => readFields(shape, message, fields));
}

function readMessage(call: GraphCall): unknown {
  const message = getRow(call, call.core.state.messages.find(call.nodeId));
  if (
    message.isDeleted ||
    !recentMessages(call.core, message.threadKey)
      .slice(0, READABLE_MESSAGES)
      .some((other) => other.mid === message.mid)
  )
    throw new GraphError(9000001, 'The message has been deleted or is too old to be read.');
  return readFields(messageShape(call.core, call.account), message, askedFields(call));
}

function recentMessages(core: SandboxCore, threadKey: string): MessageRow[] {
  return core.state.messages
    .group('thread', threadKey)
    .filter((message) => !message.isDeleted)
    .sort(newestFirst);
}

function messageShape(core: SandboxCore, account: AccountRow): NodeShape<MessageRow> {
  const business = { id: account.id, username: account.username };
  const person = (message: MessageRow): { id: string; username: string } | undefined => {
    const persona = core.state.personas.find(message.personaId);
    return persona && { id: toIgsid(account, persona), username: persona.username };
  };
  return {
    typeName: 'IGMessage',
    defaults: ['id', 'created_time'],
    readers: {
      id: (message) => message.mid,
      created_time: (message) => toGraphTime(message.timestampMs),
      from: (message) => (message.from === 'business' ? business : person(message)),
      to: (message) => ({ data: [message.from === 'business' ? person(message) : business] }),
      message: (message) => ('text' in message.content ? message.content.text : ''),
      is_unsupported: (message) => message.content.kind === 'unsupported',
      attachments: (message) =>
        message.content.kind === 'image'
          ? { data: message.content.urls.map((url) => ({ image_data: { url: toPictureUrl(core.baseUrl(), url) } })) }
          : undefined,
      reactions: (message) =>
        message.reactions.length === 0
          ? undefined
          : {
              data: message.reactions.map((reaction) => ({
                reaction: reaction.emoji,
                users: [reaction.by === 'business' ? business : person(message)],
              })),
            },
      reply_to: (message) => (message.replyToMid === null ? undefined : { mid: message.replyToMid }),
    },
  };
}
