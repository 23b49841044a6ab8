import { driveNode, type NodeHost, type Program, type RunNodeEffect } from '@heddle/engine';
import { FlowError, type RunEvent } from '@heddle/schemas';
import { newId } from '../../database/index.ts';
import { inSpan } from '../../telemetry/index.ts';
import { TurnLostError } from '../journal/turn-lost-error.ts';
import { programOf, type Turn } from '../turn/turn.ts';
import { RunFault } from '../turn/run-fault.ts';
import { toContactFacts, type LiveRun, type LiveWait, type NodeRunRecord } from '../turn/turn-state.ts';
import { applyEvent } from './apply-event.ts';
import type { ChildWork } from './child-work.ts';
import { findCall } from './find-call.ts';
import { createNodeServices } from './node-services.ts';
import { readProfileIfNeeded } from './read-profile.ts';

/** Node runs that the snapshot of an interrupted run asks for: its positions that were running. */
export function openNodeRuns(run: LiveRun): RunNodeEffect[] {
  return Object.entries(run.snapshot.positions).flatMap(([position, at]): RunNodeEffect[] =>
    at.state === 'running'
      ? [
          {
            kind: 'runNode',
            position,
            node: at.node,
            visit: at.visit,
            attempt: at.attempt,
            input: at.input,
            ...(at.memo === undefined ? {} : { memo: at.memo }),
            ...(at.resumed === undefined ? {} : { resumed: at.resumed }),
          },
        ]
      : [],
  );
}

/** Ends of children between two checkpoints: each may hold 64 KiB. */
const MAX_UNWRITTEN_ENDS = 50;

/**
 * Runs nodes until the run, and every child run that it starts in this turn, ends or waits. Results gather in the turn's journal; a run
 * whose nodes are all `pure` is written once.
 *
 * @param suspended Node run ids of positions that were parked, so that their rows go on.
 * @throws TurnLostError when the subject or the run is no longer ours; RunFault when a child run cannot be driven.
 */
export async function driveRun(
  turn: Turn,
  run: LiveRun,
  toRun: readonly RunNodeEffect[],
  suspended: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  await driveNodes(turn, run, toRun, suspended);
  let ends = 0;
  for (let item = turn.work.shift(); item !== undefined; item = turn.work.shift()) {
    const inHand = item.kind === 'drive' ? item.run : item.parent;
    try {
      if (item.kind === 'drive') await driveNodes(turn, item.run, item.toRun, new Map());
      else await deliverEnd(turn, item);
    } catch (error) {
      throw error instanceof TurnLostError ? error : new RunFault(inHand.id, error);
    }
    if (item.kind === 'ended' && ++ends % MAX_UNWRITTEN_ENDS === 0) await turn.journal.flush();
  }
}

/** Tells a run the end of one of its children, and drives it on. */
async function deliverEnd(turn: Turn, item: Extract<ChildWork, { kind: 'ended' }>): Promise<void> {
  const { parent, event, child } = item;
  await findCall(turn, parent, event);
  const program = await programOf(turn, parent);
  const nodeRunId = parent.waits.get(event.position)?.nodeRunId;
  const toRun = applyEvent(turn, program, parent, event);
  // In the same instant, so that a checkpoint has both or neither.
  if (child !== null) noteReported(turn, child);
  await driveNodes(turn, parent, toRun, new Map(nodeRunId ? [[event.position, nodeRunId]] : []));
}

function noteReported(turn: Turn, { id, run }: NonNullable<Extract<ChildWork, { kind: 'ended' }>['child']>): void {
  if (run === null) {
    turn.journal.pending.reported.add(id);
    return;
  }
  run.isReported = true;
  turn.journal.pending.runs.add(run);
  const place = turn.runs.indexOf(run);
  if (place >= 0) turn.runs.splice(place, 1);
}

async function driveNodes(
  turn: Turn,
  run: LiveRun,
  toRun: readonly RunNodeEffect[],
  suspended: ReadonlyMap<string, string>,
): Promise<void> {
  const queue = [...toRun];
  if (queue.length === 0) return;
  const program = await programOf(turn, run);
  await readProfileIfNeeded(turn, program);
  const ids = new Map(suspended);
  for (let effect = queue.shift(); effect !== undefined; effect = queue.shift()) {
    if (turn.signal.aborted) throw new TurnLostError('The turn was stopped.');
    // A path beside it may have ended the run meanwhile: then nothing more of it may happen.
    if (run.snapshot.positions[effect.position]?.state !== 'running') continue;
    queue.push(...(await runNode(turn, program, run, effect, ids)));
  }
}

async function runNode(
  turn: Turn,
  program: Program,
  run: LiveRun,
  effect: RunNodeEffect,
  suspended: Map<string, string>,
): Promise<RunNodeEffect[]> {
  const { deps, journal } = turn;
  const definition = program.nodes.get(effect.node)?.definition;
  // A slow call may be the last thing this process does: what is certain is written first.
  if (definition?.effect === 'read') await journal.flush();
  const startedAtMs = deps.clock.nowMs();
  const services = createNodeServices(turn, run, effect);
  const host: NodeHost = {
    registry: deps.registry,
    services: services.services,
    nowMs: () => deps.clock.nowMs(),
    startDeadline: (timeoutMs) => startDeadline(timeoutMs, turn.signal, () => services.isSending()),
  };
  const facts = {
    runId: run.id,
    flowId: run.flowId,
    inputs: run.bindings.inputs,
    contact: turn.contact === null ? null : toContactFacts(turn.contact),
    nowMs: startedAtMs,
  };
  const event = await inSpan(
    'heddle.node',
    { 'heddle.run_id': run.id, 'heddle.node': effect.node, 'heddle.node_type': definition?.type ?? 'unknown' },
    () => driveNode(program, run.snapshot, effect, facts, host),
  );
  // A lost turn surfaces in a handler as a failed send; it must not be recorded as the node's failure.
  services.throwIfLost();
  if (turn.signal.aborted) throw new TurnLostError('The turn was stopped.');
  await findCall(turn, run, event);
  if (event.kind !== 'nodeFailed') services.applyBuffered();
  const id = suspended.get(effect.position) ?? newId();
  suspended.delete(effect.position);
  const next = applyEvent(turn, program, run, event, id);
  if (event.kind === 'nodeFailed' && event.error.details?.['isPutOff'] === true) notePutOff(turn, run, effect.position);
  note(turn, run, effect, definition?.type ?? 'unknown', event, id, startedAtMs);
  if (definition?.effect === 'read') await journal.flush();
  return next;
}

/** No call was made, so the retry that follows takes no try away. */
function notePutOff(turn: Turn, run: LiveRun, position: string): void {
  const wait = run.waits.get(position);
  if (wait?.spec.kind !== 'retry') return;
  const putOff: LiveWait = { ...wait, spec: { ...wait.spec, isPutOff: true } };
  run.waits.set(position, putOff);
  turn.journal.pending.waits.set(`${run.id}/${position}`, { run, position, wait: putOff });
}

/** Records the node run and counts it. */
function note(
  turn: Turn,
  run: LiveRun,
  effect: RunNodeEffect,
  type: string,
  event: RunEvent,
  id: string,
  startedAtMs: number,
): void {
  const base = {
    id,
    runId: run.id,
    flowId: run.flowId,
    node: effect.node,
    type,
    visit: effect.visit,
    attempt: effect.attempt,
    input: effect.input,
    startedAtMs,
  };
  const record = toRecord(base, event);
  if (record === null) return;
  turn.journal.pending.nodeRuns.set(id, record);
  if (record.status === 'succeeded') turn.journal.count(run.flowId, effect.node, `port:${record.port}`);
  // A failure that will be tried again is not one yet.
  if (record.status === 'failed' && run.snapshot.positions[effect.position]?.state !== 'retrying')
    turn.journal.count(run.flowId, effect.node, 'failed');
}

function toRecord(
  base: Omit<NodeRunRecord, 'status' | 'port' | 'output' | 'error' | 'endedAtMs'>,
  event: RunEvent,
): NodeRunRecord | null {
  switch (event.kind) {
    case 'nodeSucceeded':
      return {
        ...base,
        status: 'succeeded',
        port: event.port,
        output: event.output,
        error: null,
        endedAtMs: event.atMs,
      };
    case 'nodeSuspended':
      return { ...base, status: 'suspended', port: null, output: null, error: null, endedAtMs: null };
    case 'nodeFailed':
      return { ...base, status: 'failed', port: null, output: null, error: event.error, endedAtMs: event.atMs };
    default:
      return null;
  }
}

/** The time limit of a node. It does not cut into a call that is on its way: that one has a limit of its own, and its outcome must be recorded. */
function startDeadline(
  timeoutMs: number,
  outer: AbortSignal,
  isSending: () => boolean,
): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const end = (): void => {
    if (isSending()) timer = setTimeout(end, 1_000);
    else controller.abort(new FlowError('NODE_TIMED_OUT', `The node gave no result within ${timeoutMs} ms.`));
  };
  let timer = setTimeout(end, timeoutMs);
  const stop = (): void => {
    if (!isSending()) controller.abort(new TurnLostError('The turn was stopped.'));
  };
  outer.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', stop);
    },
  };
}
