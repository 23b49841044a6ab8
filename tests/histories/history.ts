import type { ChildEffect, Effect, FlowDocument, JsonValue, RunEvent, RunSnapshot } from '@heddle/schemas';

/** One file below `tests/histories/<version>/`: a flow, and what the engine of that version did with it. Never changed once released. */
export interface HistoryFile {
  readonly format: 1;
  /** Version of Heddle that recorded it. */
  readonly version: string;
  /** Documents by name; `''` is the flow itself, the others are called by it. */
  readonly flows: Readonly<Record<string, FlowDocument>>;
  readonly histories: readonly History[];
}

export interface History {
  readonly what: string;
  /** Child runs stand for themselves: what they told the run above is among its events. */
  readonly runs: readonly RecordedRun[];
}

export interface RecordedRun {
  readonly flow: string;
  readonly start: RunSnapshot;
  readonly steps: readonly RecordedStep[];
}

export interface RecordedStep {
  readonly event: RunEvent;
  readonly effects: readonly Effect[];
  readonly children?: readonly ChildEffect[];
  /** What the event changed in the snapshot. */
  readonly changes: SnapshotChanges;
}

/** By path: a field of the snapshot, or `field/entry` of one that is keyed by ids. */
export interface SnapshotChanges {
  readonly set: Readonly<Record<string, JsonValue>>;
  readonly gone?: readonly string[];
}

/** Fields of a snapshot that are keyed by ids or names. */
const MAPS: ReadonlySet<string> = new Set(['positions', 'outputs', 'vars', 'visits']);

type Plain = Record<string, JsonValue>;

/** What has to be changed in `before` to get `after`. */
export function diffSnapshots(before: RunSnapshot, after: RunSnapshot): SnapshotChanges {
  const [old, fresh] = [flatten(before), flatten(after)];
  const set: Plain = {};
  for (const [path, value] of fresh) if (JSON.stringify(old.get(path)) !== JSON.stringify(value)) set[path] = value;
  const gone = [...old.keys()].filter((path) => !fresh.has(path));
  return gone.length === 0 ? { set } : { set, gone };
}

/** The snapshot after the changes; `before` stays as it is. */
export function applyChanges(before: RunSnapshot, { set, gone = [] }: SnapshotChanges): RunSnapshot {
  const next = structuredClone(before) as unknown as Plain; // a snapshot is JSON
  for (const path of gone) {
    const [owner, key] = place(next, path);
    delete owner[key];
  }
  for (const [path, value] of Object.entries(set)) {
    const [owner, key] = place(next, path);
    owner[key] = value;
  }
  return next as unknown as RunSnapshot; // written by diffSnapshots from one
}

function flatten(snapshot: RunSnapshot): Map<string, JsonValue> {
  const flat = new Map<string, JsonValue>();
  for (const [key, value] of Object.entries(snapshot) as [string, JsonValue][]) {
    // Undefined fields do not survive JSON.
    if (MAPS.has(key)) for (const [id, entry] of Object.entries(value as Plain)) flat.set(`${key}/${id}`, entry);
    else if (value !== undefined) flat.set(key, value);
  }
  return flat;
}

function place(snapshot: Plain, path: string): [Plain, string] {
  const slash = path.indexOf('/');
  if (slash < 0) return [snapshot, path];
  // Only paths into MAPS have a slash.
  return [snapshot[path.slice(0, slash)] as Plain, path.slice(slash + 1)];
}
