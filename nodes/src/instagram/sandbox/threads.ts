/** Conversations: one per account and person. Decides the messaging window (platforms.md A.3, M.2). */
import type { SandboxCore } from './core.ts';
import type { BubbleContent } from './customer-api.ts';
import { DAY_MS } from './graph-time.ts';
import type { AccountRow, MessageRow, PersonaRow, QuickReply, ThreadRow } from './model.ts';
import type { Transaction } from './state.ts';
import { toBubbleView } from './thread-view.ts';
import { messageBody, messagingEntry } from './webhook-bodies.ts';

export const WINDOW_MS = DAY_MS;
export const HUMAN_AGENT_WINDOW_MS = 7 * DAY_MS;

/** The inbox app that threads can be handed over to. */
const OTHER_APP_ID = '990000000000002';

export function toThreadKey(account: AccountRow, persona: PersonaRow): string {
  return `${account.id}:${persona.id}`;
}

/** May the business write now? `humanAgent` asks for the 7 days of the HUMAN_AGENT tag. */
export function isWindowOpen(thread: ThreadRow | undefined, nowMs: number, humanAgent: boolean): boolean {
  if (!thread || thread.lastInboundMs === null) return false;
  return nowMs - thread.lastInboundMs <= (humanAgent ? HUMAN_AGENT_WINDOW_MS : WINDOW_MS);
}

/** The thread as stored, or a new one that has not been put yet. */
export function getThread(core: SandboxCore, account: AccountRow, persona: PersonaRow): ThreadRow {
  const key = toThreadKey(account, persona);
  return (
    core.state.threads.find(key) ?? {
      key,
      conversationId: core.ids.conversation(),
      accountId: account.id,
      personaId: persona.id,
      lastInboundMs: null,
      hasConsent: false,
      updatedAtMs: core.nowMs(),
      typingUntilMs: 0,
      seenByBusinessMs: null,
      seenByPersonaMs: null,
      folder: persona.followsBusiness ? 'inbox' : 'requests',
      isOwnedByOtherApp: false,
    }
  );
}

export interface NewMessage {
  readonly account: AccountRow;
  readonly persona: PersonaRow;
  readonly content: BubbleContent;
  readonly quickReplies?: readonly QuickReply[];
  readonly replyToMid?: string | null;
  readonly commentId?: string | null;
  readonly via?: 'api' | 'app';
}

/** Stores a bubble of the business and plans its echo. @returns the bubble and the ids of the echo's deliveries. */
export function addBusinessMessage(
  core: SandboxCore,
  tx: Transaction,
  input: NewMessage,
): { message: MessageRow; echoIds: string[] } {
  const message = putMessage(core, tx, input, 'business');
  const thread = getThread(core, input.account, input.persona);
  core.state.threads.put(thread.key, { ...thread, updatedAtMs: message.timestampMs, typingUntilMs: 0 });
  const echoIds = core.webhooks.plan(tx, {
    accountId: input.account.id,
    field: 'message_echoes',
    lane: `thread:${thread.key}`,
    entry: messagingEntry(
      core,
      input.account,
      input.persona,
      'business',
      { message: messageBody(core, message) },
      thread.isOwnedByOtherApp ? 'standby' : 'messaging',
    ),
  });
  return { message, echoIds };
}

/** Stores a bubble of the person, which opens the window and gives consent. The caller plans the webhook. */
export function addPersonaMessage(core: SandboxCore, tx: Transaction, input: NewMessage): MessageRow {
  const message = putMessage(core, tx, input, 'persona');
  const thread = getThread(core, input.account, input.persona);
  core.state.threads.put(thread.key, {
    ...thread,
    lastInboundMs: message.timestampMs,
    hasConsent: true,
    updatedAtMs: message.timestampMs,
    seenByPersonaMs: message.timestampMs,
    folder: 'inbox',
  });
  return message;
}

/** Gives the conversation to another app or takes it back (handover), and tells the app about it. */
export function handOver(
  core: SandboxCore,
  tx: Transaction,
  account: AccountRow,
  persona: PersonaRow,
  isOwnedByOtherApp: boolean,
): ThreadRow {
  const thread = { ...getThread(core, account, persona), isOwnedByOtherApp };
  core.state.threads.put(thread.key, thread);
  const [previous, next] = isOwnedByOtherApp ? [core.config.app.id, OTHER_APP_ID] : [OTHER_APP_ID, core.config.app.id];
  const item = { pass_thread_control: { previous_owner_app_id: previous, new_owner_app_id: next, metadata: '' } };
  core.webhooks.plan(tx, {
    accountId: account.id,
    field: 'messaging_handover',
    lane: `thread:${thread.key}`,
    entry: messagingEntry(core, account, persona, 'persona', item),
  });
  return thread;
}

/** Tells live watchers that a bubble looks different now. */
export function publishBubbleChange(core: SandboxCore, tx: Transaction, message: MessageRow): void {
  tx.after(() =>
    core.live.publish({
      kind: 'bubble-changed',
      accountId: message.accountId,
      personaId: message.personaId,
      bubble: toBubbleView(core, message),
    }),
  );
}

function putMessage(core: SandboxCore, tx: Transaction, input: NewMessage, from: 'business' | 'persona'): MessageRow {
  const message: MessageRow = {
    mid: core.ids.mid(),
    seq: core.state.nextSeq(),
    threadKey: toThreadKey(input.account, input.persona),
    accountId: input.account.id,
    personaId: input.persona.id,
    from,
    via: input.via ?? 'api',
    timestampMs: core.nowMs(),
    content: input.content,
    quickReplies: input.quickReplies ?? [],
    replyToMid: input.replyToMid ?? null,
    commentId: input.commentId ?? null,
    reactions: [],
    isDeleted: false,
    editCount: 0,
  };
  core.state.messages.put(message.mid, message);
  tx.after(() =>
    core.live.publish({
      kind: 'bubble',
      accountId: message.accountId,
      personaId: message.personaId,
      bubble: toBubbleView(core, message),
    }),
  );
  return message;
}
