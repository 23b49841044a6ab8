import type { FlowSettings } from '@heddle/schemas';

/** What is known about a flow and a contact when a trigger matched. */
export interface StartFacts {
  /** Runs of this flow for this contact that have not ended. */
  readonly activeRunIds: readonly string[];
  /** When the newest run of this flow for this contact started, or null. */
  readonly lastStartedAtMs: number | null;
  readonly nowMs: number;
}

/** Whether a matched trigger starts a run. `cancel` lists runs that end first. */
export type StartDecision =
  | { readonly kind: 'start'; readonly cancel: readonly string[] }
  | { readonly kind: 'refuse'; readonly reason: string };

/** Applies the rules of a flow about one contact: cool-down and what to do while a run is active. Pure; shared by all hosts. */
export function decideStart(settings: FlowSettings | undefined, facts: StartFacts): StartDecision {
  const { contactPolicy = 'parallel', cooldownMs = 0 } = settings ?? {};
  const { activeRunIds, lastStartedAtMs, nowMs } = facts;
  if (lastStartedAtMs !== null && nowMs - lastStartedAtMs < cooldownMs) {
    const seconds = Math.ceil((lastStartedAtMs + cooldownMs - nowMs) / 1000);
    return {
      kind: 'refuse',
      reason: `The flow started for this contact a short while ago; it may start again in ${seconds} s.`,
    };
  }
  if (activeRunIds.length === 0 || contactPolicy === 'parallel') return { kind: 'start', cancel: [] };
  if (contactPolicy === 'ignore')
    return { kind: 'refuse', reason: 'A run of this flow for this contact is still active.' };
  return { kind: 'start', cancel: activeRunIds };
}
