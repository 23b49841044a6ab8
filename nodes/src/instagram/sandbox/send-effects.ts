import type { SandboxCore } from './core.ts';
import type { MessageRow } from './model.ts';

/** Holds the answer back until the echo has been tried, when the switch says so. */
export async function waitForEcho(core: SandboxCore, echoIds: readonly string[]): Promise<void> {
  const { echoBeforeAnswer, isPaused } = core.settings().webhooks;
  if (echoBeforeAnswer && !isPaused) await core.webhooks.firstTries(echoIds);
}

/** Plain text of a bubble, for the ledger. */
export function textOf(message: MessageRow): string {
  const { content } = message;
  if (content.kind === 'text' || content.kind === 'button-card') return content.text;
  return content.kind === 'carousel' ? content.cards.map((card) => card.title).join(' | ') : content.kind;
}
