/** What a customer does on the phone, with the webhooks that follow from it (platforms.md C.4, C.5). */
import { addComment } from './comment-rows.ts';
import { ControlError, found } from './control-error.ts';
import type { SandboxCore } from './core.ts';
import type { ActResult, BubbleContent, PersonaAct } from './customer-api.ts';
import type { JsonObject } from './json.ts';
import { toPermalink } from './media-kinds.ts';
import type { AccountRow, MediaRow, MessageRow, PersonaRow } from './model.ts';
import type { Transaction } from './state.ts';
import { addPersonaMessage, getThread, publishBubbleChange, toThreadKey } from './threads.ts';
import { messageBody, messagingEntry } from './webhook-bodies.ts';

const EMOJI: Readonly<Record<string, string>> = {
  love: '❤',
  like: '👍',
  laugh: '😂',
  wow: '😮',
  sad: '😢',
  angry: '😠',
  other: '🔥',
};

interface Scene {
  readonly core: SandboxCore;
  readonly tx: Transaction;
  readonly account: AccountRow;
  readonly persona: PersonaRow;
}

/** @throws ControlError when the act is not possible (unknown message, comments turned off, nothing to tap). */
export async function actAsPersona(
  core: SandboxCore,
  account: AccountRow,
  persona: PersonaRow,
  act: PersonaAct,
): Promise<ActResult> {
  return core.state.transact((tx) => perform({ core, tx, account, persona }, act));
}

function perform(scene: Scene, act: PersonaAct): ActResult {
  switch (act.kind) {
    case 'comment':
      return comment(scene, act.mediaId, act.text, act.parentId ?? null);
    case 'text':
      return write(
        scene,
        { kind: 'text', text: act.text },
        { replyToMid: act.replyToMid ?? null, extra: act.ref === undefined ? {} : referral(act.ref) },
      );
    case 'tap-quick-reply':
      return tapQuickReply(scene, act.mid, act.index);
    case 'tap-button':
      return tapButton(scene, act.mid, act.cardIndex ?? 0, act.buttonIndex);
    case 'tap-ice-breaker': {
      const item = found(scene.core.state.profiles.find(scene.account.id)?.iceBreakers?.[act.index], 'The question');
      return postback(scene, item.question, item.payload);
    }
    case 'tap-menu-item': {
      const item = found(scene.core.state.profiles.find(scene.account.id)?.menu?.[act.index], 'The menu item');
      return item.type === 'web_url' ? { openedUrl: item.url } : postback(scene, item.title, item.payload);
    }
    case 'story-reply': {
      const story = ownMedia(scene, act.mediaId);
      if (story.kind !== 'story') throw new ControlError(400, 'That post is not a story.');
      return write(scene, { kind: 'story-reply', text: act.text, mediaId: story.id, pictureUrl: story.source });
    }
    case 'story-mention':
      return write(scene, { kind: 'story-mention', url: 'reel-market' });
    case 'share-post': {
      const post = ownMedia(scene, act.mediaId);
      return write(scene, {
        kind: 'post',
        mediaId: post.id,
        caption: post.caption,
        pictureUrl: post.source,
        permalink: toPermalink(post),
      });
    }
    case 'image':
      return write(scene, { kind: 'image', urls: [act.url ?? act.picture ?? 'bouquet'] });
    case 'unsupported':
      return write(scene, { kind: 'unsupported' });
    case 'react':
      return react(scene, act.mid, { reaction: act.reaction, emoji: act.emoji ?? EMOJI[act.reaction] ?? '❤' });
    case 'unreact':
      return react(scene, act.mid, null);
    case 'edit-message':
      return edit(scene, act.mid, act.text);
    case 'delete-message':
      return remove(scene, act.mid);
    case 'seen':
      return see(scene);
    case 'open-link':
      return openLink(scene, act.ref);
  }
}

function comment(scene: Scene, mediaId: string, text: string, parentId: string | null): ActResult {
  const { core, tx, account, persona } = scene;
  const media = ownMedia(scene, mediaId);
  if (!media.isCommentEnabled) throw new ControlError(400, 'Comments are turned off for this post.');
  const parent = parentId === null ? null : found(core.state.comments.find(parentId), 'The comment');
  return { commentId: addComment(core, tx, { account, media, author: persona, text, parent }).id };
}

/** A bubble of the persona and its `messages` webhook. */
function write(
  scene: Scene,
  content: BubbleContent,
  { replyToMid = null, extra = {} }: { replyToMid?: string | null; extra?: JsonObject } = {},
): ActResult {
  const { core, tx, account, persona } = scene;
  const message = addPersonaMessage(core, tx, { account, persona, content, replyToMid });
  tell(scene, 'messages', { message: { ...messageBody(core, message), ...extra } });
  return { mid: message.mid };
}

function tapQuickReply(scene: Scene, mid: string, index: number): ActResult {
  const messages = scene.core.state.messages.group('thread', toThreadKey(scene.account, scene.persona));
  const last = messages.at(-1);
  if (last?.mid !== mid)
    throw new ControlError(400, 'The quick replies are gone: they vanish after a tap or the next message.');
  const reply = found(last.quickReplies[index], 'The quick reply');
  return write(scene, { kind: 'text', text: reply.title, quickReplyPayload: reply.payload });
}

function tapButton(scene: Scene, mid: string, cardIndex: number, buttonIndex: number): ActResult {
  const { content } = threadMessage(scene, mid);
  const buttons =
    content.kind === 'carousel'
      ? content.cards[cardIndex]?.buttons
      : content.kind === 'button-card'
        ? content.buttons
        : undefined;
  const button = found(buttons?.[buttonIndex], 'The button');
  return button.type === 'web_url' ? { openedUrl: button.url } : postback(scene, button.title, button.payload);
}

/** A tap shows as a bubble of the persona, opens the window and is told as a postback, not as a message. */
function postback(scene: Scene, title: string, payload: string): ActResult {
  const { core, tx, account, persona } = scene;
  const message = addPersonaMessage(core, tx, { account, persona, content: { kind: 'postback', title, payload } });
  tell(scene, 'messaging_postbacks', { postback: { mid: message.mid, title, payload } });
  return { mid: message.mid };
}

function react(
  scene: Scene,
  mid: string,
  reaction: { reaction: MessageRow['reactions'][number]['reaction']; emoji: string } | null,
): ActResult {
  const message = threadMessage(scene, mid);
  const others = message.reactions.filter((each) => each.by !== 'persona');
  putMessage(scene, { ...message, reactions: reaction ? [...others, { by: 'persona', ...reaction }] : others });
  tell(scene, 'message_reactions', { reaction: { mid, action: reaction ? 'react' : 'unreact', ...reaction } });
  return { mid };
}

function edit(scene: Scene, mid: string, text: string): ActResult {
  const message = ownMessage(scene, mid);
  if (message.content.kind !== 'text') throw new ControlError(400, 'Only text can be edited.');
  const editCount = message.editCount + 1;
  putMessage(scene, { ...message, content: { kind: 'text', text }, editCount });
  tell(scene, 'message_edit', { message_edit: { mid, text, num_edit: editCount } });
  return { mid };
}

function remove(scene: Scene, mid: string): ActResult {
  putMessage(scene, { ...ownMessage(scene, mid), isDeleted: true });
  tell(scene, 'messages', { message: { mid, is_deleted: true } });
  return { mid };
}

function see(scene: Scene): ActResult {
  const { core, tx, account, persona } = scene;
  const thread = core.state.threads.find(toThreadKey(account, persona));
  const last =
    thread && core.state.messages.group('thread', thread.key).findLast((message) => message.from === 'business');
  if (!thread || !last) return {};
  if ((thread.seenByPersonaMs ?? 0) >= last.timestampMs) return {};
  core.state.threads.put(thread.key, { ...thread, seenByPersonaMs: core.nowMs() });
  tell(scene, 'messaging_seen', { read: { mid: last.mid } });
  tx.after(() => core.live.publish({ kind: 'seen', accountId: account.id, personaId: persona.id, by: 'persona' }));
  return { mid: last.mid };
}

/** `ig.me/m/{username}?ref=`: an event of its own only where a conversation exists; otherwise it rides on the first message. */
function openLink(scene: Scene, ref: string): ActResult {
  if (scene.core.state.threads.has(toThreadKey(scene.account, scene.persona)))
    tell(scene, 'messaging_referral', referral(ref));
  return {};
}

function referral(ref: string): JsonObject {
  return { referral: { ref, source: 'IGME-SOURCE-LINK', type: 'OPEN_THREAD' } };
}

function tell(scene: Scene, field: string, item: JsonObject): void {
  const { core, tx, account, persona } = scene;
  const thread = getThread(core, account, persona);
  const place = thread.isOwnedByOtherApp ? 'standby' : 'messaging';
  core.webhooks.plan(tx, {
    accountId: account.id,
    field: place === 'standby' ? 'standby' : field,
    lane: `thread:${thread.key}`,
    entry: messagingEntry(core, account, persona, 'persona', item, place),
  });
}

function putMessage(scene: Scene, message: MessageRow): void {
  scene.core.state.messages.put(message.mid, message);
  publishBubbleChange(scene.core, scene.tx, message);
}

function threadMessage(scene: Scene, mid: string): MessageRow {
  const message = found(scene.core.state.messages.find(mid), 'The message');
  if (message.threadKey !== toThreadKey(scene.account, scene.persona))
    throw new ControlError(404, 'The message was not found in this conversation.');
  return message;
}

function ownMessage(scene: Scene, mid: string): MessageRow {
  const message = threadMessage(scene, mid);
  if (message.from !== 'persona') throw new ControlError(400, "The message is not the persona's own.");
  return message;
}

function ownMedia(scene: Scene, mediaId: string): MediaRow {
  const media = found(scene.core.state.media.find(mediaId), 'The post');
  if (media.accountId !== scene.account.id) throw new ControlError(404, 'The post was not found on this account.');
  return media;
}
