/** Random flows, random events, in any order and at any time: what must hold whatever the flow and the events are. */
import { RunSnapshotSchema, validatorOf, type Effect, type RunEvent, type RunSnapshot } from '@heddle/schemas';
import { expect, it } from 'vitest';
import {
  advance,
  compileFlow,
  driveNode,
  LIMITS,
  RUNTIME_CAPABILITIES,
  snapshotBytes,
  startSnapshot,
  type NodeHost,
  type Program,
} from '../src/index.ts';
import { createWorld, fakeServices } from '../src/test-kit/index.ts';
import { registry } from './nodes.ts';
import { createPrng, type Prng } from './prng.ts';
import { randomFlow } from './random-flow.ts';

const SEEDS = 300;
const MAX_EVENTS = 120;

it(`keeps its promises over ${SEEDS} random flows`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      expect(await playOne(seed)).toBe('ended once');
    } catch (error) {
      throw new Error(`Seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
});

/** Plays one run like a host that does things in any order, loses and repeats timers, and dies between any two events. */
async function playOne(seed: number): Promise<string> {
  const random = createPrng(seed);
  const document = randomFlow(random);
  const { program } = compileFlow(document, registry, { capabilities: RUNTIME_CAPABILITIES });
  let snapshot = startSnapshot(seed);
  let nowMs = 0;
  const todo: Extract<Effect, { kind: 'runNode' }>[] = [];
  const waits = new Map<string, number>();
  /** Child runs that have not ended, as `position/index`. */
  const children = new Set<string>();
  let finished = 0;

  const take = (event: RunEvent): void => {
    const before = JSON.stringify(snapshot);
    const first = advance(program, snapshot, event);
    // Deterministic, and the same after a crash: a reloaded state gives the same answer.
    const reloaded = advance(program, JSON.parse(before) as RunSnapshot, JSON.parse(JSON.stringify(event)) as RunEvent);
    must(JSON.stringify(reloaded) === JSON.stringify(first), 'the same event in the same state does the same');
    must(JSON.stringify(snapshot) === before, 'a state is never changed in place');
    snapshot = first.snapshot;
    for (const effect of first.effects) {
      if (effect.kind === 'runNode') todo.push(effect);
      else if (effect.kind === 'scheduleWait') waits.set(effect.position, effect.wait.dueAtMs ?? Number.NaN);
      else if (effect.kind === 'cancelWait') waits.delete(effect.position);
      else finished += 1;
    }
    for (const effect of first.children) {
      if (effect.kind === 'startChild') {
        must(!children.has(`${effect.position}/${effect.index}`), 'a child is started once');
        children.add(`${effect.position}/${effect.index}`);
      } else for (const key of children) if (key.startsWith(`${effect.position}/`)) children.delete(key);
    }
    checkState(program, snapshot, waits, finished);
    checkChildren(snapshot, children);
  };

  take({ kind: 'started', node: 'start', output: { word: 'hi' }, atMs: 0 });
  for (let i = 0; i < MAX_EVENTS; i++) {
    if (finished > 0) break;
    if (random.chance(0.05)) take(nonsense(random, nowMs));
    else if (todo.length > 0) {
      const [effect] = todo.splice(random.int(todo.length), 1);
      if (effect !== undefined)
        take(
          await driveNode(
            program,
            snapshot,
            effect,
            { runId: 'r', flowId: 'f', inputs: {}, contact: null, nowMs },
            host(nowMs),
          ),
        );
    } else if (children.size > 0 && random.chance(0.7)) {
      const key = random.pick([...children]);
      const [position = '', index = ''] = key.split('/');
      children.delete(key);
      take(childEnd(random, position, Number(index), nowMs));
    } else if (waits.size > 0) {
      const position = random.pick([...waits.keys()]);
      const dueAtMs = waits.get(position) ?? 0;
      if (random.chance(0.4)) take(answer(random, position, nowMs));
      else {
        nowMs = Math.max(nowMs, dueAtMs);
        waits.delete(position);
        take({ kind: 'timerFired', position, atMs: nowMs });
      }
    }
    // What is neither running nor waiting would stand still for ever.
    if (finished === 0) must(todo.length + waits.size > 0, 'no run stands still for ever');
  }
  take({ kind: 'cancelled', reason: 'enough', atMs: nowMs });
  return finished === 1 ? 'ended once' : `ended ${finished} times`;
}

function checkState(
  program: Program,
  snapshot: RunSnapshot,
  waits: ReadonlyMap<string, number>,
  finished: number,
): void {
  const validator = validatorOf(RunSnapshotSchema);
  if (!validator.check(snapshot)) expect(validator.issues(snapshot)).toEqual([]);
  const positions = Object.entries(snapshot.positions);
  const hasEnded = snapshot.status !== 'running' && snapshot.status !== 'waiting';
  must(finished === (hasEnded ? 1 : 0), 'a run finishes once, and tells it');
  must((positions.length === 0) === hasEnded, 'a run stands somewhere until it ends, and nowhere after');
  must(snapshot.bytes === snapshotBytes(snapshot), 'the size is kept exactly');
  must(snapshot.bytes <= LIMITS.snapshotBytes, 'the size stays within its limit');
  must(
    snapshot.nodeRuns === Object.values(snapshot.visits).reduce((sum, visits) => sum + visits, 0),
    'every node run is a visit',
  );
  must(snapshot.nodeRuns <= LIMITS.nodeRuns, 'node runs stay within their limit');
  for (const [id, position] of positions) {
    must(
      program.nodes.get(position.node)?.isDisabled === false,
      'a run stands on nodes that are there and switched on',
    );
    // A join may have no time limit: it ends when nobody else can come.
    const isTimeless = position.wait?.kind === 'join' && position.wait.dueAtMs === null;
    must(
      waits.has(id) === (position.state !== 'running' && !isTimeless),
      'a parked position has a time at which it goes on, a running one has none',
    );
    must((position.state === 'waiting') === (position.wait !== undefined), 'a waiting position knows what for');
  }
  must(
    hasEnded || positions.some(([, position]) => position.wait?.kind !== 'join'),
    'paths do not wait for one another for ever',
  );
  for (const id of waits.keys()) must(Object.hasOwn(snapshot.positions, id), 'no wait is left behind');
}

/** What the state says about child runs and what the host knows is the same. */
function checkChildren(snapshot: RunSnapshot, children: ReadonlySet<string>): void {
  const active = Object.entries(snapshot.positions).flatMap(([id, position]) =>
    (position.children?.active ?? []).map((index) => `${id}/${index}`),
  );
  must(active.length === children.size && active.every((key) => children.has(key)), 'no child is lost or left behind');
}

function childEnd(random: Prng, position: string, index: number, atMs: number): RunEvent {
  const status = random.pick(['succeeded', 'succeeded', 'failed', 'cancelled'] as const);
  return {
    kind: 'childFinished',
    position,
    index,
    status,
    ...(status === 'succeeded' ? { output: 'x'.repeat(random.int(random.chance(0.1) ? 70_000 : 100)) } : {}),
    ...(random.chance(0.1) ? { breaks: true } : {}),
    atMs,
  };
}

/** What may wake a wait, whether or not it is what the wait is for. */
function answer(random: Prng, position: string, atMs: number): RunEvent {
  return random.pick<RunEvent>([
    { kind: 'replied', position, reply: { text: 'yes' }, atMs },
    { kind: 'approved', position, decision: random.pick(['approved', 'rejected']), atMs },
    { kind: 'eventArrived', position, data: { text: 'x'.repeat(random.int(random.chance(0.1) ? 70_000 : 100)) }, atMs },
    { kind: 'childFinished', position, index: 77, status: 'succeeded', atMs },
  ]);
}

function must(holds: boolean, promise: string): void {
  if (!holds) throw new Error(`Broken promise: ${promise}`);
}

/** Events that come late, twice, or from nowhere. */
function nonsense(random: Prng, atMs: number): RunEvent {
  const position = random.pick(['p1', 'p2', 'p3', 'p999', '__proto__', 'toString']);
  const isGone = !position.startsWith('p') || position === 'p999';
  if (isGone)
    return random.pick<RunEvent>([
      { kind: 'timerFired', position, atMs },
      { kind: 'nodeSucceeded', position, port: 'out', output: 1, atMs },
      { kind: 'replied', position, reply: {}, atMs },
    ]);
  return random.pick<RunEvent>([
    { kind: 'started', node: 'start', output: {}, atMs },
    { kind: 'replied', position: 'p998', reply: {}, atMs },
  ]);
}

function host(nowMs: number): NodeHost {
  const services = fakeServices(createWorld(null), {}, { runId: 'r', node: 'n', visit: 1, nowMs: () => nowMs });
  return {
    registry,
    services,
    nowMs: () => nowMs,
    startDeadline: () => ({ signal: new AbortController().signal, clear: () => undefined }),
  };
}
