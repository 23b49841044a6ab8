import { driveNode, type HandlerServices, type NodeHost, type RunNodeEffect } from '@heddle/engine';
import { FlowError, type JsonValue } from '@heddle/schemas';
import type { ContactRow } from '../model/tables.ts';
import { toContactFacts } from './contact-facts.ts';
import { applyEvent } from './apply-event.ts';
import { sendOnce } from './send-once.ts';
import type { LiveRun, LiveWait } from './live-run.ts';
import { TurnLost } from './failures.ts';
import type { ChildWork, Turn } from './turn.ts';

/** Node runs that the snapshot of an interrupted run asks for. */
export function openNodeRuns(run: LiveRun): RunNodeEffect[] {
  return Object.entries(run.snapshot.positions).flatMap(([position, at]): RunNodeEffect[] => {
    if (at.state !== 'running') return [];
    const { node, visit, attempt, input, memo, resumed } = at;
    const more = { ...(memo === undefined ? {} : { memo }), ...(resumed === undefined ? {} : { resumed }) };
    return [{ kind: 'runNode', position, node, visit, attempt, input, ...more }];
  });
}

/**
 * Runs nodes until the run, and every child run that it starts in this turn, ends or waits.
 *
 * @throws TurnLost | DatabaseError
 */
export async function driveRun(turn: Turn, run: LiveRun, toRun: readonly RunNodeEffect[]): Promise<void> {
  await driveNodes(turn, run, toRun);
  for (let item = turn.work.shift(); item !== undefined; item = turn.work.shift()) {
    if (item.kind === 'drive') await driveNodes(turn, item.run, item.toRun);
    else await deliverEnd(turn, item);
  }
}

/** Tells a run the end of one of its children, and drives it on. */
async function deliverEnd(turn: Turn, { parent, event, child }: Extract<ChildWork, { kind: 'ended' }>): Promise<void> {
  const toRun = applyEvent(turn, parent, event);
  // In the same instant, so that a checkpoint has both or neither.
  if (child !== null) {
    turn.journal.pending.told.add(child.id);
    if (child.run !== null) {
      child.run.isReported = true;
      turn.journal.pending.runs.add(child.run);
      const place = turn.runs.indexOf(child.run);
      if (place >= 0) turn.runs.splice(place, 1);
    }
  }
  await driveNodes(turn, parent, toRun);
}

/** A node that was asked for is left out when another path has ended the run meanwhile. */
async function driveNodes(turn: Turn, run: LiveRun, toRun: readonly RunNodeEffect[]): Promise<void> {
  const queue = [...toRun];
  for (let effect = queue.shift(); effect !== undefined; effect = queue.shift()) {
    if (turn.signal.isAborted) throw new TurnLost('The turn was stopped.');
    const isWanted = run.snapshot.positions[effect.position]?.state === 'running';
    if (isWanted || turn.world.bugs.has('runGonePosition')) queue.push(...(await runNode(turn, run, effect)));
  }
}

async function runNode(turn: Turn, run: LiveRun, effect: RunNodeEffect): Promise<RunNodeEffect[]> {
  const isRead = run.flow.program.nodes.get(effect.node)?.definition.effect === 'read';
  if (isRead) await turn.journal.flush();
  const node = createServices(turn, run, effect);
  const host: NodeHost = {
    registry: turn.world.registry,
    services: node.services,
    nowMs: () => turn.nowMs(),
    startDeadline: () => NO_DEADLINE,
  };
  const facts = {
    runId: run.id,
    flowId: `flow-${run.flow.number}`,
    inputs: run.inputs,
    contact: turn.contact === null ? null : toContactFacts(turn.contact),
    nowMs: turn.nowMs(),
  };
  const event = await driveNode(run.flow.program, run.snapshot, effect, facts, host);
  node.throwIfLost();
  if (turn.signal.isAborted) throw new TurnLost('The turn was stopped.');
  if (event.kind !== 'nodeFailed') node.applyBuffered();
  const next = applyEvent(turn, run, event);
  if (event.kind === 'nodeFailed' && event.error.details?.['isPutOff'] === true) notePutOff(turn, run, effect.position);
  if (isRead) await turn.journal.flush();
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

/**
 * Time limits of nodes are not modelled: calls end by themselves. A signal that is never aborted needs no machinery, and the real one's
 * listeners would take a tenth of the simulator's time.
 */
const NEVER_ABORTED = {
  aborted: false,
  reason: undefined,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
} as unknown as AbortSignal;
const NO_DEADLINE = { signal: NEVER_ABORTED, clear: (): void => undefined };

function createServices(turn: Turn, run: LiveRun, effect: RunNodeEffect) {
  const { world, process } = turn;
  const buffered: (() => void)[] = [];
  let lost: { readonly error: unknown } | null = null;
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (lost !== null) throw lost.error;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof FlowError)) lost = { error };
      throw error;
    }
  };
  const changeContact = (change: (contact: ContactRow) => void): Promise<void> => {
    const { contact } = turn;
    if (contact === null) return Promise.reject(new FlowError('NODE_CONFIG_INVALID', 'This run is about nobody.'));
    buffered.push(() => {
      change(contact);
      turn.journal.pending.contact = contact;
    });
    return Promise.resolve();
  };
  const services: HandlerServices = {
    send: (request) => guarded(() => sendOnce(turn, run, effect, request)),
    read: (_connection, what) =>
      world.scheduler.call(process, `read ${what}`, () => readFromPlatform(turn), {
        outMs: world.random.between(1, 400),
        backMs: world.random.between(1, 400),
      }),
    contacts: {
      addTag: (tag) => changeContact((contact) => void (contact.tags = [...new Set([...contact.tags, tag])])),
      removeTag: (tag) =>
        changeContact((contact) => void (contact.tags = contact.tags.filter((known) => known !== tag))),
      setField: (name, value) =>
        changeContact((contact) => void (contact.fields = { ...contact.fields, [name]: value })),
    },
    ai: {
      answer: () => Promise.reject(new FlowError('AI_NOT_CONFIGURED', 'No AI in the simulation.')),
      history: () => Promise.resolve([]),
    },
    http: { request: () => Promise.reject(new FlowError('HTTP_FAILED', 'No web in the simulation.')) },
    records: { get: noRecords, create: noRecords, put: noRecords },
    notifyMembers: () => Promise.resolve(),
  };
  return {
    services,
    throwIfLost: () => {
      if (lost !== null) throw lost.error;
    },
    applyBuffered: () => {
      for (const apply of buffered) apply();
    },
  };
}

function noRecords(): Promise<never> {
  return Promise.reject(new FlowError('NOT_FOUND', 'No records in the simulation.'));
}

function readFromPlatform({ world }: Turn): JsonValue {
  if (world.random.chance(world.platform.mood.refusedForNow)) throw new FlowError('PLATFORM_UNAVAILABLE', 'Busy.');
  return { name: 'Ada Lovelace' };
}
