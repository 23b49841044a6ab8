import type { Position, RunSnapshot } from '@heddle/schemas';
import { jsonBytes } from './json-size.ts';

/** Bookkeeping of one position or output beside its data: ids, counters, punctuation. */
export const ENTRY_BYTES = 96;

/**
 * State of a run before anything happened.
 *
 * @param seed Whole number; everything random in the run follows from it.
 */
export function startSnapshot(seed: number): RunSnapshot {
  return {
    v: 1,
    status: 'running',
    seed,
    positions: {},
    nextPosition: 1,
    outputs: {},
    vars: {},
    trigger: null,
    visits: {},
    nodeRuns: 0,
    bytes: jsonBytes(null),
  };
}

/** What `bytes` of a snapshot must be. The engine keeps it up to date piece by piece; this is the definition. */
export function snapshotBytes(snapshot: RunSnapshot): number {
  let bytes = jsonBytes(snapshot.trigger);
  for (const output of Object.values(snapshot.outputs)) bytes += outputBytes(output);
  for (const [name, value] of Object.entries(snapshot.vars)) bytes += varBytes(name, value);
  for (const position of Object.values(snapshot.positions)) bytes += positionBytes(position);
  return bytes;
}

export function outputBytes(entry: RunSnapshot['outputs'][string]): number {
  return ENTRY_BYTES + jsonBytes(entry.output);
}

export function varBytes(name: string, value: RunSnapshot['vars'][string]): number {
  return jsonBytes(name) + jsonBytes(value) + 2;
}

export function positionBytes(position: Position): number {
  let bytes = ENTRY_BYTES + jsonBytes(position.input);
  if (position.memo !== undefined) bytes += jsonBytes(position.memo);
  if (position.fragments !== undefined) bytes += jsonBytes(position.fragments);
  if (position.wait !== undefined) bytes += waitBytes(position.wait);
  if (position.children !== undefined) bytes += jsonBytes(position.children);
  bytes += resumedBytes(position.resumed);
  if (position.error !== undefined) bytes += jsonBytes(position.error);
  return bytes;
}

/** What a node was woken with: data from outside or from other paths, until it has run. */
function resumedBytes(resumed: Position['resumed']): number {
  switch (resumed?.kind) {
    case 'replied':
      return jsonBytes(resumed.reply);
    case 'joined':
      return jsonBytes(resumed.inputs);
    case 'eventArrived':
      return jsonBytes(resumed.data);
    case 'decided':
    case 'childrenFinished':
      return jsonBytes(resumed);
    case 'elapsed':
    case 'timedOut':
    case undefined:
      return 0;
  }
}

/** Waits that carry data; others are bookkeeping. */
function waitBytes(wait: NonNullable<Position['wait']>): number {
  switch (wait.kind) {
    case 'approval':
    case 'event':
    case 'children':
      return jsonBytes(wait);
    case 'time':
    case 'reply':
    case 'join':
      return 0;
  }
}
