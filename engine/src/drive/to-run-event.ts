import {
  FlowError,
  isJsonObject,
  toErrorRecord,
  validatorOf,
  WaitSpecSchema,
  type ErrorRecord,
  type RunEvent,
} from '@heddle/schemas';
import { findJsonBytes } from '../advance/index.ts';
import type { NodeResult } from '../plugin/index.ts';

/** How a call of a handler ended. */
export type NodeOutcome =
  | { readonly kind: 'returned'; readonly result: NodeResult }
  | { readonly kind: 'threw'; readonly error: unknown };

const MAX_MESSAGE_CHARS = 2_000;

/**
 * What happened to a run when its node was called. A handler is somebody else's code, so its answer is not trusted: what is no
 * result, or no JSON, becomes `NODE_CRASHED`.
 */
export function toRunEvent(position: string, outcome: NodeOutcome, atMs: number): RunEvent {
  if (outcome.kind === 'threw')
    return { kind: 'nodeFailed', position, error: shortenMessage(toErrorRecord(outcome.error)), atMs };
  const problem = findProblem(outcome.result);
  if (problem !== null)
    return { kind: 'nodeFailed', position, error: toErrorRecord(new FlowError('NODE_CRASHED', problem)), atMs };
  const { result } = outcome;
  if (result.kind === 'suspended')
    return { kind: 'nodeSuspended', position, wait: result.wait, memo: result.memo, atMs };
  const { port, output, assign, breaks } = result;
  return {
    kind: 'nodeSucceeded',
    position,
    port,
    output,
    ...(assign === undefined ? {} : { assign }),
    ...(breaks === true ? { breaks } : {}),
    atMs,
  };
}

function findProblem(result: unknown): string | null {
  if (!isJsonObject(result)) return 'The node gave no result.';
  switch (result['kind']) {
    case 'done':
      if (typeof result['port'] !== 'string') return 'The node named no port.';
      if (findJsonBytes(result['output']) === null) return 'The node put out something that is not JSON.';
      return result['assign'] === undefined ||
        (isJsonObject(result['assign']) && findJsonBytes(result['assign']) !== null)
        ? null
        : 'The node set variables to something that is not JSON.';
    case 'suspended':
      if (findJsonBytes(result['memo']) === null) return 'The node keeps something that is not JSON while it waits.';
      return isWait(result['wait']) ? null : 'The node waits for something that Heddle does not know.';
    default:
      return 'The node gave no result.';
  }
}

const isDue = (dueAtMs: unknown): boolean => dueAtMs === null || typeof dueAtMs === 'number';

function isWait(wait: unknown): boolean {
  if (!isJsonObject(wait)) return false;
  switch (wait['kind']) {
    case 'time':
      return typeof wait['dueAtMs'] === 'number';
    case 'reply':
      return isDue(wait['dueAtMs']) && typeof wait['mergeMs'] === 'number';
    case 'join':
      return isDue(wait['dueAtMs']) && (wait['need'] === 'all' || isCount(wait['need']));
    case 'approval':
    case 'event':
    case 'children':
      return validatorOf(WaitSpecSchema).check(wait);
    default:
      return false;
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

function shortenMessage(error: ErrorRecord): ErrorRecord {
  return error.message.length <= MAX_MESSAGE_CHARS
    ? error
    : { ...error, message: `${error.message.slice(0, MAX_MESSAGE_CHARS - 1)}…` };
}
