/** Conversations as the phone page draws them. */
import type { SandboxCore } from './core.ts';
import type { BubbleContent, BubbleView, ThreadSummary, ThreadView } from './customer-api.ts';
import type { AccountRow, MessageRow, PersonaRow, ThreadRow } from './model.ts';
import { toIgsid } from './people.ts';
import { toPictureUrl } from './pictures.ts';

const HUMAN_AGENT_MS = 7 * 86_400_000;
const WINDOW_MS = 86_400_000;
const BUBBLE_LIMIT = 300;

export function toBubbleView(core: SandboxCore, message: MessageRow): BubbleView {
  const thread = core.state.threads.find(message.threadKey);
  return {
    mid: message.mid,
    from: message.from,
    via: message.via,
    atMs: message.timestampMs,
    content: withFullUrls(core, message.content),
    reactions: message.reactions,
    replyToMid: message.replyToMid,
    privateReplyTo: toPrivateReplyView(core, message),
    isDeleted: message.isDeleted,
    isEdited: message.editCount > 0,
    isSeen: message.from === 'business' && (thread?.seenByPersonaMs ?? 0) >= message.timestampMs,
  };
}

export function toThreadView(
  core: SandboxCore,
  account: AccountRow,
  persona: PersonaRow,
  thread: ThreadRow | undefined,
): ThreadView {
  const messages = thread ? core.state.messages.group('thread', thread.key) : [];
  const last = messages.at(-1);
  const questions = core.state.profiles.find(account.id)?.iceBreakers ?? [];
  return {
    accountId: account.id,
    personaId: persona.id,
    igsid: toIgsid(account, persona),
    folder: thread?.folder ?? 'inbox',
    windowClosesAtMs: thread?.lastInboundMs == null ? null : thread.lastInboundMs + WINDOW_MS,
    humanAgentClosesAtMs: thread?.lastInboundMs == null ? null : thread.lastInboundMs + HUMAN_AGENT_MS,
    hasConsent: thread?.hasConsent ?? false,
    isOwnedByOtherApp: thread?.isOwnedByOtherApp ?? false,
    isBusinessTyping: (thread?.typingUntilMs ?? 0) > core.nowMs(),
    seenByBusinessAtMs: thread?.seenByBusinessMs ?? null,
    bubbles: messages.slice(-BUBBLE_LIMIT).map((message) => toBubbleView(core, message)),
    quickReplies:
      last && last.from === 'business' && last.quickReplies.length > 0
        ? { mid: last.mid, titles: last.quickReplies.map((reply) => reply.title) }
        : null,
    iceBreakers: messages.length === 0 ? questions.map((item) => item.question) : [],
  };
}

export function toThreadSummary(core: SandboxCore, thread: ThreadRow): ThreadSummary {
  const messages = core.state.messages.group('thread', thread.key);
  const seenMs = thread.seenByPersonaMs ?? 0;
  return {
    accountId: thread.accountId,
    personaId: thread.personaId,
    updatedAtMs: thread.updatedAtMs,
    preview: previewOf(messages.at(-1)?.content),
    unseenByPersona: messages.filter((message) => message.from === 'business' && message.timestampMs > seenMs).length,
  };
}

function previewOf(content: BubbleContent | undefined): string {
  if (!content) return '';
  switch (content.kind) {
    case 'text':
    case 'story-reply':
    case 'button-card':
      return content.text;
    case 'postback':
      return content.title;
    case 'carousel':
      return content.cards[0]?.title ?? '';
    case 'post':
      return content.caption;
    default:
      return content.kind;
  }
}

/** Content keeps names of the sandbox's own pictures; a reader needs addresses. */
function withFullUrls(core: SandboxCore, content: BubbleContent): BubbleContent {
  const full = (source: string): string => toPictureUrl(core.baseUrl(), source);
  switch (content.kind) {
    case 'image':
      return { ...content, urls: content.urls.map(full) };
    case 'post':
    case 'story-reply':
      return { ...content, pictureUrl: full(content.pictureUrl) };
    case 'story-mention':
      return { ...content, url: full(content.url) };
    default:
      return content;
  }
}

function toPrivateReplyView(core: SandboxCore, message: MessageRow): BubbleView['privateReplyTo'] {
  const comment = message.commentId === null ? undefined : core.state.comments.find(message.commentId);
  if (!comment) return null;
  const media = core.state.media.find(comment.mediaId);
  return {
    commentId: comment.id,
    commentText: comment.text,
    mediaId: comment.mediaId,
    pictureUrl: media ? toPictureUrl(core.baseUrl(), media.source) : '',
  };
}
