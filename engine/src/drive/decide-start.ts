import type { FlowSettings } from '@heddle/schemas';

/** What is known about a flow and a contact when a trigger matched. */
export interface StartFacts {
  /** Runs of this flow for this contact that have not ended. */
  readonly activeRunIds: readonly string[];
  /** When the newest run of this flow for this contact started, or null. */
  readonly lastStartedAtMs: number | null;
  readonly nowMs: number;
  /** Runs of this flow for anybody that have not ended; only needed with `maxActiveRuns`. */
  readonly activeInFlow?: number;
  /** Starts of this flow that wait: for this contact, and for anybody. Who asks for a start that waits itself does not count it. */
  readonly queuedForContact?: number;
  readonly queuedInFlow?: number;
}

/** Whether a matched trigger starts a run. `cancel` lists runs that end first; `queue`: ask again when a run of the flow ends. */
export type StartDecision =
  | { readonly kind: 'start'; readonly cancel: readonly string[] }
  | { readonly kind: 'queue'; readonly reason: string }
  | { readonly kind: 'refuse'; readonly reason: string };

/**
 * Applies the rules of a flow: cool-down, what to do while a run for the contact is active, and how many runs may be active at once.
 * Pure; shared by all hosts. Starts that wait keep their order: nobody passes one that waits already.
 */
export function decideStart(settings: FlowSettings | undefined, facts: StartFacts): StartDecision {
  return findCooldown(settings, facts) ?? decideForContact(settings, facts) ?? decideForFlow(settings, facts);
}

function findCooldown(
  settings: FlowSettings | undefined,
  { lastStartedAtMs, nowMs }: StartFacts,
): StartDecision | null {
  const { cooldownMs = 0 } = settings ?? {};
  if (lastStartedAtMs === null || nowMs - lastStartedAtMs >= cooldownMs) return null;
  const seconds = Math.ceil((lastStartedAtMs + cooldownMs - nowMs) / 1000);
  return {
    kind: 'refuse',
    reason: `The flow started for this contact a short while ago; it may start again in ${seconds} s.`,
  };
}

/** Null when the contact is no reason to hold the start back. */
function decideForContact(settings: FlowSettings | undefined, facts: StartFacts): StartDecision | null {
  const { contactPolicy = 'parallel' } = settings ?? {};
  const { activeRunIds, queuedForContact = 0 } = facts;
  if (contactPolicy === 'queue' && activeRunIds.length + queuedForContact > 0)
    return { kind: 'queue', reason: 'A run of this flow for this contact is still active; this start waits for it.' };
  if (contactPolicy === 'ignore' && activeRunIds.length > 0)
    return { kind: 'refuse', reason: 'A run of this flow for this contact is still active.' };
  return null;
}

function decideForFlow(settings: FlowSettings | undefined, facts: StartFacts): StartDecision {
  const { contactPolicy = 'parallel', maxActiveRuns, whenFull = 'ignore' } = settings ?? {};
  const cancel = contactPolicy === 'restart' ? facts.activeRunIds : [];
  // A run that ends to make room for its successor leaves its place to it.
  const active = (facts.activeInFlow ?? 0) - cancel.length;
  const isFull = maxActiveRuns !== undefined && active + (facts.queuedInFlow ?? 0) >= maxActiveRuns;
  if (!isFull) return { kind: 'start', cancel };
  const reason = `${maxActiveRuns} ${maxActiveRuns === 1 ? 'run' : 'runs'} of this flow are active, as many as it may have`;
  return whenFull === 'queue'
    ? { kind: 'queue', reason: `${reason}; this start waits for its turn.` }
    : { kind: 'refuse', reason: `${reason}.` };
}
