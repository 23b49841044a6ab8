import type { PlatformAction } from '@heddle/schemas';
import { jsonEqual } from '../drafts/index.ts';
import type { PastOutcome, PastSend } from './recorded.ts';

/** How the draft differs from what happened. `different`: both fired, and sent other things. */
export type Verdict = 'same' | 'different' | 'newlyFires' | 'noLongerFires';

/** Compares what a person would have seen: which node sent it does not matter, nor do signs of typing and of reading. */
export function compareOutcomes(published: PastOutcome, draft: PastOutcome): Verdict {
  if (published.fired !== draft.fired) return draft.fired ? 'newlyFires' : 'noLongerFires';
  const before = published.sends.filter(isVisible);
  const after = draft.sends.filter(isVisible);
  const isSame = before.length === after.length && before.every((send, index) => isSameSend(send, after[index]));
  return isSame ? 'same' : 'different';
}

/** False for what leaves nothing behind in a conversation. */
export function isVisible({ action }: { readonly action: PlatformAction }): boolean {
  return action.kind !== 'typing' && action.kind !== 'markSeen';
}

function isSameSend(a: PastSend, b: PastSend | undefined): boolean {
  return b !== undefined && a.outcome === b.outcome && jsonEqual(a.action, b.action);
}
