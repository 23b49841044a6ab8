/** Joining parallel paths: who has come, who can still come, and what becomes of those who come later. */
import type { Position } from '@heddle/schemas';
import { removePosition, replacePosition, runAgain, type Draft } from './draft.ts';
import { errorRecord } from './error-record.ts';
import { jsonBytes } from './json-size.ts';
import { LIMITS } from './limits.ts';
import { nodesLeadingTo } from './reach.ts';
import { failNode } from './retry-or-fail.ts';

type Live = readonly [id: string, position: Position];
type JoinEnd = 'enough' | 'noMore' | 'timedOut';

/** One node at which paths wait for one another, in order of arrival. */
interface Gathering {
  readonly node: string;
  readonly arrived: readonly Live[];
}

/** True for a position that waits for other paths. */
export function isJoining(position: Position): boolean {
  return position.state === 'waiting' && position.wait?.kind === 'join';
}

/**
 * Ends every join that has enough paths or to which nobody else can come. Called after each event, so that a branch that ends
 * elsewhere never leaves the others waiting.
 */
export function settleJoins(draft: Draft): void {
  while (draft.failure === null) {
    const gatherings = findGatherings(draft);
    if (gatherings.length === 0) return;
    const settled = gatherings.map((gathering) => [gathering, findEnd(draft, gathering, gatherings)] as const);
    const [ready, end] = settled.find(([, found]) => found !== null) ?? [];
    if (ready === undefined || end === undefined || end === null) {
      // Every path waits for another one: somebody has to go first.
      const [first] = gatherings;
      if (first === undefined || Object.values(draft.positions).some((position) => !isJoining(position))) return;
      endJoin(draft, first, 'noMore');
    } else {
      endJoin(draft, ready, end);
    }
  }
}

/** The time of a join is over: those who have come go on. */
export function endJoinAt(draft: Draft, node: string): void {
  const gathering = findGatherings(draft).find((candidate) => candidate.node === node);
  if (gathering !== undefined) endJoin(draft, gathering, 'timedOut');
}

function findGatherings(draft: Draft): Gathering[] {
  if (!hasJoining(draft)) return [];
  const joining = Object.entries(draft.positions).filter(([, position]) => isJoining(position));
  return [...Map.groupBy(joining, ([, position]) => position.node)].map(([node, arrived]) => ({ node, arrived }));
}

/** Nearly every event finds no join: that is told without making a list. */
function hasJoining({ positions }: Draft): boolean {
  for (const id in positions) {
    const position = positions[id];
    if (position !== undefined && isJoining(position)) return true;
  }
  return false;
}

function findEnd(draft: Draft, gathering: Gathering, all: readonly Gathering[]): JoinEnd | null {
  const wait = gathering.arrived[0]?.[1].wait;
  if (wait?.kind !== 'join') return null;
  if (wait.need !== 'all' && gathering.arrived.length >= wait.need) return 'enough';
  if (mayGrow(draft, gathering, all)) return null;
  return wait.need === 'all' ? 'enough' : 'noMore';
}

/** True when another path can still come here before this join has to end. */
function mayGrow(draft: Draft, gathering: Gathering, all: readonly Gathering[]): boolean {
  if (isAwaited(draft, gathering.node)) return true;
  return all.some((other) => {
    if (other.node === gathering.node || !canCome(draft, other, gathering.node)) return false;
    // The other join comes before this one, unless each waits for the other: then the one that has waited longer goes first.
    const isMutual = canCome(draft, gathering, other.node);
    if (!isMutual || isAwaited(draft, other.node)) return true;
    return all.indexOf(other) < all.indexOf(gathering);
  });
}

/** True when a path that is under way, and not itself at a join, can come to the node. */
function isAwaited(draft: Draft, node: string): boolean {
  return Object.values(draft.positions).some((position) => !isJoining(position) && canReach(draft, position, node));
}

function canCome(draft: Draft, gathering: Gathering, node: string): boolean {
  return gathering.arrived.some(([, position]) => canReach(draft, position, node));
}

function canReach(draft: Draft, position: Position, node: string): boolean {
  if (position.late?.includes(node) === true) return false;
  const isArriving = position.node === node && position.resumed?.kind !== 'joined';
  return isArriving || nodesLeadingTo(draft.program, node).has(position.node);
}

/** The first of those who have come goes on with what all brought; whoever comes later in this round finds the join over. */
function endJoin(draft: Draft, { node, arrived }: Gathering, end: JoinEnd): void {
  const [first] = arrived;
  if (first === undefined) return;
  for (const [id, position] of Object.entries(draft.positions)) {
    if (arrived.some(([other]) => other === id) || !canReach(draft, position, node)) continue;
    replacePosition(draft, id, { ...position, late: [...(position.late ?? []), node] });
  }
  for (const [id, position] of arrived) {
    if (position.wait?.kind === 'join' && position.wait.dueAtMs !== null)
      draft.effects.push({ kind: 'cancelWait', position: id });
  }
  for (const [id] of arrived.slice(1)) removePosition(draft, id);
  const inputs = arrived.map(([, position]) => position.input);
  if (jsonBytes(inputs) > LIMITS.outputBytes) {
    const joining = draft.program.nodes.get(node);
    const text = `The paths that come together at "${joining?.title ?? node}" bring more than 64 KiB.`;
    if (joining !== undefined) failNode(draft, first[0], first[1], joining, errorRecord('OUTPUT_LIMIT', text, node));
    return;
  }
  const { wait: _over, late: _own, ...rest } = first[1];
  // Late for another join is only who would be late by every way.
  const late = (first[1].late ?? []).filter((other) =>
    arrived.every(([, position]) => position.late?.includes(other) === true),
  );
  runAgain(draft, first[0], {
    ...rest,
    state: 'running',
    resumed: { kind: 'joined', inputs, end },
    ...(late.length === 0 ? {} : { late }),
  });
}
