/** Which trouble a call meets: rules that were switched on for tests, in the order in which they were given. */
import type { SandboxCore } from './core.ts';
import type { FaultOutcome, FaultTarget } from './customer-api.ts';
import { GraphError } from './graph-error.ts';
import { changeSettings } from './settings-change.ts';

/** Finds the first rule that hits this call and counts it down. */
export async function takeFault(core: SandboxCore, target: FaultTarget): Promise<FaultOutcome | null> {
  const { rules } = core.settings();
  if (rules.length === 0) return null;
  const hit = rules.find(
    (rule) =>
      (rule.target === target || rule.target === 'any') &&
      rule.remaining !== 0 &&
      core.random() < (rule.probability ?? 1),
  );
  if (!hit) return null;
  if (hit.remaining !== null) {
    const left = hit.remaining - 1;
    await changeSettings(core, {
      rules: rules.flatMap((rule) => (rule !== hit ? [rule] : left > 0 ? [{ ...rule, remaining: left }] : [])),
    });
  }
  return hit.outcome;
}

/** Does the call take effect although its answer goes wrong? */
export function isAfterEffect(outcome: FaultOutcome): boolean {
  return outcome.kind !== 'graph-error' && outcome.afterEffect === true;
}

export function toGraphError(outcome: Extract<FaultOutcome, { kind: 'graph-error' }>): GraphError {
  const message = outcome.message ?? DEFAULT_MESSAGES[outcome.code] ?? 'An unknown error has occurred.';
  return new GraphError(outcome.code, `(#${outcome.code}) ${message}`, {
    subcode: outcome.subcode,
    isTransient: outcome.isTransient,
    httpStatus: outcome.httpStatus,
  });
}

/** Waits as long as the latency switch says. */
export async function waitForLatency(core: SandboxCore): Promise<void> {
  const { min, max } = core.settings().latencyMs;
  if (max === 0) return;
  await new Promise((resolve) => setTimeout(resolve, min + core.random() * (max - min)));
}

const DEFAULT_MESSAGES: Readonly<Record<number, string>> = {
  1: 'An unknown error occurred',
  2: 'Service temporarily unavailable',
  4: 'Application request limit reached',
  10: 'This message is sent outside of allowed window.',
  17: 'User request limit reached',
  190: 'Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.',
  368: 'The action attempted has been deemed abusive or is otherwise disallowed',
  613: 'Calls to this api have exceeded the rate limit.',
  80002: 'There have been too many calls to this Instagram account.',
};
