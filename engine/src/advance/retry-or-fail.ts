import type { ErrorRecord, Position, RetryPolicy } from '@heddle/schemas';
import type { CompiledNode } from '../compile/index.ts';
import { removePosition, replacePosition, setOutput, type Draft } from './draft.ts';
import { errorRecord } from './error-record.ts';
import { followEdges } from './follow-edges.ts';
import { LIMITS } from './limits.ts';
import { hashToUnit } from './random.ts';

/** Tries that a platform may put off by "not before", beyond what the node's own policy allows. Ends a platform that never lets us in. */
export const MAX_ATTEMPTS_AFTER = 25;

/** When "not before" comes without a moment. */
const DEFAULT_AFTER_MS = 60_000;

/** A node failed: try again later, or leave by `error`, or fail the run. */
export function retryOrFail(
  draft: Draft,
  id: string,
  position: Position,
  node: CompiledNode,
  error: ErrorRecord,
): void {
  const dueAtMs = findRetryAtMs(draft, position, node.retry, error);
  if (dueAtMs !== null && dueAtMs - draft.atMs > LIMITS.waitMs) {
    failNode(
      draft,
      id,
      position,
      node,
      errorRecord(
        'WAIT_LIMIT',
        `"${node.title}" may only be tried again after more than 365 days. ${error.message}`,
        node.id,
      ),
    );
  } else if (dueAtMs !== null) {
    replacePosition(draft, id, { ...position, state: 'retrying' });
    draft.effects.push({ kind: 'scheduleWait', position: id, node: node.id, wait: { kind: 'retry', dueAtMs } });
  } else {
    failNode(draft, id, position, node, error);
  }
}

/** Leaves through `error`; without a connection there the run fails. */
export function failNode(draft: Draft, id: string, position: Position, node: CompiledNode, error: ErrorRecord): void {
  const targets = node.targets.get('error');
  if (targets === undefined) {
    draft.failure = { ...error, details: { ...error.details, node: node.id } };
    return;
  }
  const output = { code: error.code, message: error.message, node: position.node };
  setOutput(draft, node.id, 'error', output);
  removePosition(draft, id);
  followEdges(draft, targets, output, { error: output, late: position.late });
}

/** Epoch ms of the next try, or null when there is none. */
function findRetryAtMs(draft: Draft, position: Position, given: RetryPolicy | null, error: ErrorRecord): number | null {
  // A policy for certain errors says nothing about others.
  const policy = given?.onlyOn === undefined || given.onlyOn.includes(error.code) ? given : null;
  if (error.retry === 'after') {
    if (position.attempt >= Math.max(MAX_ATTEMPTS_AFTER, policy?.attempts ?? 0)) return null;
    const { retryAtMs } = error;
    return retryAtMs !== undefined && Number.isFinite(retryAtMs)
      ? Math.max(retryAtMs, draft.atMs)
      : draft.atMs + DEFAULT_AFTER_MS;
  }
  if (error.retry !== 'backoff' || policy === null || position.attempt >= policy.attempts) return null;
  return draft.atMs + backoffMs(policy, position, draft.before.seed);
}

/** How much a pause may differ when the policy does not say. */
const DEFAULT_JITTER = 0.25;

/** base × 2^(n-1) or base, give or take the jitter, so that runs that failed together do not come back together. */
function backoffMs(policy: RetryPolicy, position: Position, seed: number): number {
  const fullMs = policy.backoff === 'exponential' ? policy.baseMs * 2 ** (position.attempt - 1) : policy.baseMs;
  const jitter = policy.jitter ?? DEFAULT_JITTER;
  const unit = hashToUnit(`${seed}/${position.node}/${position.visit}/retry/${position.attempt}`);
  return Math.round(fullMs * (1 - jitter + 2 * jitter * unit));
}
