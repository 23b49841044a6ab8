import { advance, compileFlow, RUNTIME_CAPABILITIES, type HandlerRegistry, type Program } from '@heddle/engine';
import { RunSnapshotSchema, validatorOf, type JsonValue, type RunSnapshot } from '@heddle/schemas';
import { findDifference, type Difference } from './find-difference.ts';
import { applyChanges, type HistoryFile, type RecordedRun, type RecordedStep } from './history.ts';

/** What the engine does; a parameter, so that a test of the test can change it. */
export type Advance = typeof advance;

/** What a run does differently today, in words for the person who changed the engine. */
export interface Finding {
  readonly history: string;
  readonly problem: string;
}

/** Objects of a snapshot with a fixed set of fields: new optional ones may come with time. */
const SNAPSHOT_SHAPE = /^(?:|positions\/[^/]+(?:\/(?:wait|children|resumed|error))?|outputs\/[^/]+|error)$/;
/** The same for an effect. */
const EFFECT_SHAPE = /^(?:|wait|resumed|error|start)$/;

/**
 * Plays every recorded run to today's engine, twice: each event to the snapshot that was stored before it, as when a server of the old version was
 * replaced in the middle of the run; and all events in a row, as when the run begins today.
 *
 * @returns The first difference of each history; none: runs of that version go on as they would have.
 */
export function replayHistories(
  name: string,
  file: HistoryFile,
  registry: HandlerRegistry,
  take: Advance = advance,
): Finding[] {
  const programs = new Map<string, Program>();
  for (const [flow, document] of Object.entries(file.flows)) {
    try {
      programs.set(flow, compileFlow(document, registry, { capabilities: RUNTIME_CAPABILITIES }).program);
    } catch (error) {
      const which = flow === '' ? 'The flow' : `The flow "${flow}" that it calls`;
      const problem = `${which} does not compile any more: ${error instanceof Error ? error.message : String(error)}`;
      return [{ history: `${file.version}/${name}`, problem }];
    }
  }
  return file.histories.flatMap(({ what, runs }) => {
    for (const [index, run] of runs.entries()) {
      const program = programs.get(run.flow);
      if (program === undefined) throw new TypeError(`${name} names a flow "${run.flow}" that it does not hold`);
      const problem = replayRun(program, run, take);
      if (problem !== null) return [{ history: `${file.version}/${name} "${what}", run ${index + 1}`, problem }];
    }
    return [];
  });
}

const snapshotValidator = validatorOf(RunSnapshotSchema);

function replayRun(program: Program, run: RecordedRun, take: Advance): string | null {
  let stored = run.start;
  let ours = run.start;
  for (const [index, step] of run.steps.entries()) {
    const at = `step ${index + 1} of ${run.steps.length} (${describe(step)})`;
    if (!snapshotValidator.check(stored)) {
      const [issue] = snapshotValidator.issues(stored);
      return `the snapshot stored before ${at} does not fit today's schema: ${issue?.path ?? ''} ${issue?.message ?? ''}`;
    }
    const next = applyChanges(stored, step.changes);
    const resumed = compareStep(take(program, stored, step.event), step, next);
    if (resumed !== null) return `${at}, going on from the stored snapshot: ${resumed}`;
    const whole = take(program, ours, step.event);
    const replayed = compareStep(whole, step, next);
    if (replayed !== null) return `${at}, played from the start of the run: ${replayed}`;
    stored = next;
    ours = whole.snapshot;
  }
  return null;
}

function compareStep(now: ReturnType<Advance>, step: RecordedStep, storedAfter: RunSnapshot): string | null {
  const recorded = [...step.effects, ...(step.children ?? [])];
  const effects = [...now.effects, ...now.children];
  if (recorded.length !== effects.length) return `the effects were [${kinds(recorded)}] and are [${kinds(effects)}].`;
  for (const [index, effect] of recorded.entries()) {
    const found = findDifference(toJson(effect), toJson(effects[index]), (path) => EFFECT_SHAPE.test(path));
    if (found !== null) return `effect ${index + 1} (${effect.kind}) ${inWords(found)}`;
  }
  // The size is bookkeeping: how it is counted may change, the limit has slack.
  const { bytes: _stored, ...before } = storedAfter;
  const { bytes: _now, ...after } = now.snapshot;
  const found = findDifference(toJson(before), toJson(after), (path) => SNAPSHOT_SHAPE.test(path));
  return found === null ? null : `the snapshot ${inWords(found)}`;
}

function describe({ event }: RecordedStep): string {
  return 'position' in event ? `${event.kind} at ${event.position}` : event.kind;
}

function kinds(effects: readonly { readonly kind: string; readonly node?: string }[]): string {
  return effects.map(({ kind, node }) => (node === undefined ? kind : `${kind} ${node}`)).join(', ');
}

function inWords({ path, stored, now }: Difference): string {
  const show = (value: JsonValue | undefined): string =>
    value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 200);
  return `differs at "${path}": stored ${show(stored)}, today ${show(now)}.`;
}

/** As a database would give it back. */
function toJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
