import type { GraphCall } from './graph-call.ts';
import { invalidParameter } from './graph-error.ts';
import { addToLedger } from './ledger.ts';
import { checkRecipient, getRecipient } from './send-recipient.ts';
import type { SendRequest, SenderAction } from './send-request.ts';
import { getThread, publishBubbleChange } from './threads.ts';

/** The bubble with the three dots goes away by itself after this long. */
const TYPING_MS = 20_000;

/** Typing, seen and reactions. They answer without a message id and give no echo. */
export async function runSenderAction(call: GraphCall, request: SendRequest, action: SenderAction): Promise<unknown> {
  const { core, account } = call;
  if (request.recipient.kind !== 'person') throw invalidParameter('A sender action needs recipient[id].');
  const { igsid } = request.recipient;
  checkRecipient(call, igsid, request.isHumanAgent);
  const persona = getRecipient(call, igsid);
  core.limits.chargeSend(account, 'text');
  await core.state.transact((tx) => {
    const thread = getThread(core, account, persona);
    switch (action.kind) {
      case 'typing':
        core.state.threads.put(thread.key, { ...thread, typingUntilMs: action.isOn ? core.nowMs() + TYPING_MS : 0 });
        tx.after(() =>
          core.live.publish({ kind: 'typing', accountId: account.id, personaId: persona.id, isOn: action.isOn }),
        );
        return;
      case 'mark-seen':
        core.state.threads.put(thread.key, { ...thread, seenByBusinessMs: core.nowMs() });
        tx.after(() =>
          core.live.publish({ kind: 'seen', accountId: account.id, personaId: persona.id, by: 'business' }),
        );
        return;
      case 'react':
      case 'unreact': {
        const message = core.state.messages.find(action.mid);
        if (!message || message.threadKey !== thread.key)
          throw invalidParameter('The message in payload[message_id] does not belong to this conversation.', 2534015);
        const others = message.reactions.filter((reaction) => reaction.by !== 'business');
        const changed = {
          ...message,
          reactions:
            action.kind === 'react'
              ? [...others, { by: 'business' as const, reaction: action.reaction, emoji: action.emoji }]
              : others,
        };
        core.state.messages.put(message.mid, changed);
        addToLedger(core, {
          kind: 'reaction',
          id: message.mid,
          accountId: account.id,
          recipientId: igsid,
          commentId: null,
          mediaId: null,
          text: action.kind === 'react' ? action.emoji : '',
          requestHash: call.requestHash,
        });
        publishBubbleChange(core, tx, changed);
      }
    }
  });
  return { recipient_id: igsid };
}
