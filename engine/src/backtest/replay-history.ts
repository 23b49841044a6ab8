import type { ContactFacts, ErrorRecord, InboundEvent, JsonObject, PlatformAction, RunStatus } from '@heddle/schemas';
import type { Program } from '../compile/index.ts';
import { isReply, matchTriggers } from '../drive/index.ts';
import type { HandlerRegistry } from '../plugin/index.ts';
import { createHarness, type Harness } from '../test-kit/index.ts';
import { createOutcomeBook } from './outcome-book.ts';
import { createReplayRegistry, type DraftStanding, type ReplayState } from './replay-registry.ts';
import type { PastOutcome, PastSend, RecordedEvent, RecordedHistory } from './recorded.ts';

/** The draft, and what stands around it. */
export interface ReplayedDraft {
  readonly program: Program;
  readonly inputs: JsonObject;
  /** Other flows that the draft may call, by name. */
  readonly flows?: Readonly<Record<string, unknown>>;
  readonly standing: DraftStanding;
  readonly registry: HandlerRegistry;
  /** What a platform would not take whatever the circumstances, such as a text that is too long. */
  readonly validate: (platform: string, action: PlatformAction) => readonly { readonly message: string }[];
  /** The replay ends here, epoch ms: what falls due later does not happen. */
  readonly untilMs: number;
}

/** What the draft would have done with an event. */
export interface ReplayOutcome extends PastOutcome {
  /** Why it did not fire; null when it did. */
  readonly reason: string | null;
  /** How the run stands at the end of the replay. */
  readonly status: RunStatus | null;
  readonly error: ErrorRecord | null;
  /** Where the result rests on a guess, in words. */
  readonly guesses: readonly string[];
}

/**
 * Plays what is on record about one person to the draft: the real interpreter and the real nodes, in virtual time, with every send
 * captured. Answers to waits are events like all others, so conversations go on as the draft leads them.
 *
 * @returns One outcome per event, in order. @throws FlowError `FLOW_INVALID`.
 */
export async function replayHistory(draft: ReplayedDraft, history: RecordedHistory): Promise<ReplayOutcome[]> {
  const outcomes = history.events.map(() => emptyOutcome());
  /** The event that started a run, and the one that it heard last, by run. */
  const startedBy = new Map<string, number>();
  const heardLast = new Map<string, number>();
  let index = 0;
  let isOffering = false;
  /** Child runs belong to the run above. */
  const rootOf = (runId: string): string => {
    const parent = harness.children().find((run) => run.id === runId)?.parent;
    return parent === undefined ? runId : rootOf(parent.runId);
  };
  const outcomeOf = (runId: string) => outcomes[isOffering ? index : (heardLast.get(rootOf(runId)) ?? index)];
  const state: ReplayState = {
    platform: history.platform,
    book: createOutcomeBook(history.reads, history.sends),
    draft: draft.standing,
    answeredComments: new Set(history.answeredComments),
    validate: draft.validate,
    current: null,
    lastInboundAtMs: history.lastInboundAtMs,
    startOf: (runId) => history.events[startedBy.get(rootOf(runId)) ?? index] ?? null,
    noteSend: (runId, key, send) => outcomeOf(runId)?.sends.set(key, send),
    noteGuess: (runId, words) => outcomeOf(runId)?.guesses.add(words),
  };
  const harness: Harness = createHarness(draft.program.document, createReplayRegistry(draft.registry, state), {
    inputs: draft.inputs,
    ...(draft.flows === undefined ? {} : { flows: draft.flows }),
    nowMs: history.events[0]?.takenAtMs ?? draft.untilMs,
    ...(history.contact === null ? {} : { contact: knownBefore(history.contact, history.lastInboundAtMs) }),
  });
  // The test kit makes up whoever is not given; here nobody is nobody.
  harness.world.contact = history.contact === null ? null : knownBefore(history.contact, history.lastInboundAtMs);

  for (const [at, recorded] of history.events.entries()) {
    await harness.clock.advanceMs(Math.max(0, recorded.takenAtMs - harness.clock.nowMs()));
    index = at;
    const outcome = outcomes[at];
    if (outcome === undefined) continue;
    const before = new Map(harness.runs().map((run) => [run.id, run.snapshot]));
    const refusals = harness.notFired.length;
    isOffering = true;
    outcome.reason = await offer(draft, harness, state, history, recorded);
    isOffering = false;
    for (const run of harness.runs()) {
      if (before.get(run.id) === run.snapshot) continue;
      if (!before.has(run.id)) startedBy.set(run.id, at);
      heardLast.set(run.id, at);
      outcome.runId = run.id;
    }
    if (outcome.runId !== null) outcome.reason = null;
    else
      outcome.reason ??=
        harness.notFired
          .slice(refusals)
          .map(({ reason }) => reason)
          .join(' ') || 'No trigger of the draft listens to this.';
  }
  await harness.clock.advanceMs(Math.max(0, draft.untilMs - harness.clock.nowMs()));
  for (const run of [...harness.runs(), ...harness.children()]) {
    for (const { node, wait } of Object.values(run.snapshot.positions)) {
      const why = wait === undefined ? undefined : UNKNOWN_ANSWERS[wait.kind];
      const title = draft.program.nodes.get(node)?.title ?? node;
      if (why !== undefined)
        outcomeOf(run.id)?.guesses.add(
          `"${title}" waits for ${why}, which is not on record: what follows it is not compared.`,
        );
    }
  }
  return outcomes.map(({ runId, sends, reason, guesses }) => {
    const run = harness.runs().find((candidate) => candidate.id === runId);
    return {
      fired: runId !== null,
      sends: [...sends.values()],
      reason,
      status: run?.snapshot.status ?? null,
      error: run?.snapshot.error ?? null,
      guesses: [...guesses],
    };
  });
}

/** What a run may wait for that no recorded event of a person can answer. */
const UNKNOWN_ANSWERS: Readonly<Record<string, string>> = {
  approval: 'the decision of a member',
  event: 'a report from another system',
};

interface OpenOutcome {
  runId: string | null;
  reason: string | null;
  readonly sends: Map<string, PastSend>;
  readonly guesses: Set<string>;
}

function emptyOutcome(): OpenOutcome {
  return { runId: null, reason: null, sends: new Map(), guesses: new Set() };
}

/** Lets one event happen. @returns Why it did not reach the draft at all, or null. */
async function offer(
  draft: ReplayedDraft,
  harness: Harness,
  state: ReplayState,
  history: RecordedHistory,
  recorded: RecordedEvent,
): Promise<string | null> {
  const { event, optOut, rival, targetNode } = recorded;
  if (isReply(event)) {
    state.lastInboundAtMs = Math.max(state.lastInboundAtMs ?? 0, event.occurredAtMs);
    // The profile of a person may be read from the moment they write to us.
    const { contact } = harness.world;
    if (contact !== null && history.contact !== null)
      harness.world.contact = { ...profileOf(history.contact), ...contact, lastInboundAtMs: state.lastInboundAtMs };
  }
  if (optOut !== null) {
    const { contact } = harness.world;
    if (contact !== null) harness.world.contact = { ...contact, isOptedOut: optOut === 'out' };
    return optOut === 'out' ? 'The person asked for no more messages.' : 'The person allowed messages again.';
  }
  if (rival?.kind === 'answered') return `A conversation of "${rival.flowName}" took the answer.`;
  if (targetNode !== null) return startAtTarget(draft, harness, event, targetNode);
  state.current = recorded;
  await harness.deliver({ kind: event.kind, data: event.data });
  state.current = null;
  return null;
}

async function startAtTarget(
  draft: ReplayedDraft,
  harness: Harness,
  event: InboundEvent,
  node: string,
): Promise<string | null> {
  const outcome = matchTriggers(draft.program, draft.registry, event, {
    flowId: 'test-flow',
    inputs: draft.inputs,
    contact: harness.world.contact,
    nowMs: harness.clock.nowMs(),
  }).find((candidate) => candidate.node === node);
  if (outcome === undefined) return `The draft has no trigger "${node}" for this.`;
  if ('reason' in outcome) return outcome.reason;
  await harness.start(outcome.output, node);
  return null;
}

const PROFILE_FACTS = ['name', 'firstName', 'language', 'timeZone', 'isFollower', 'isVerified'] as const;

function profileOf(contact: ContactFacts): Partial<ContactFacts> {
  return Object.fromEntries(
    PROFILE_FACTS.flatMap((fact) => (contact[fact] === undefined ? [] : [[fact, contact[fact]]])),
  );
}

/** Who never wrote is known by what their events said alone. */
function knownBefore(contact: ContactFacts, lastInboundAtMs: number | null): ContactFacts {
  if (lastInboundAtMs !== null) return { ...contact, lastInboundAtMs };
  const { id, platform, platformId, username, tags, fields, isOptedOut } = contact;
  return {
    id,
    platform,
    platformId,
    tags,
    fields,
    ...(username === undefined ? {} : { username }),
    ...(isOptedOut === undefined ? {} : { isOptedOut }),
  };
}
