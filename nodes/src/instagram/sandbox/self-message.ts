import type { GraphCall } from './graph-call.ts';
import { addToLedger } from './ledger.ts';
import type { ParsedMessage } from './send-message-parse.ts';
import { invalidParameter } from './graph-error.ts';

/** A note of the account to itself (since 2025-11): no window, an echo marked `is_self`. Text only, no thread is kept. */
export async function sendSelfMessage(call: GraphCall, message: ParsedMessage): Promise<unknown> {
  const { core, account } = call;
  if (message.body.kind !== 'text') throw invalidParameter('A message to oneself supports text only.', 2534015);
  const { text } = message.body;
  const mid = core.ids.mid();
  await core.state.transact((tx) => {
    const nowMs = core.nowMs();
    const self = { id: account.id };
    addToLedger(core, {
      kind: 'message',
      id: mid,
      accountId: account.id,
      recipientId: account.id,
      commentId: null,
      mediaId: null,
      text,
      requestHash: call.requestHash,
    });
    core.webhooks.plan(tx, {
      accountId: account.id,
      field: 'message_echoes',
      lane: `self:${account.id}`,
      entry: {
        id: account.id,
        time: nowMs,
        messaging: [
          { sender: self, recipient: self, timestamp: nowMs, message: { mid, text, is_self: true, is_echo: true } },
        ],
      },
    });
  });
  return { recipient_id: account.id, message_id: mid };
}
