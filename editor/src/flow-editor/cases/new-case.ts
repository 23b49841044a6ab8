/** New test cases: from scratch, from what was just seen, from a run that happened. No React. */
import type {
  FlowDocument,
  FlowTest,
  FlowTestEvent,
  FlowTestExpectation,
  JsonObject,
  PlatformAction,
} from '@heddle/schemas';
import type { EventView, RunView } from '@heddle/schemas/api';
import { freeName } from '../model/free-name.ts';
import type { NodeCatalog } from '../model/node-catalog.ts';
import type { CaseResult } from './run-cases.ts';

/** A name that no case of the flow has. */
export function freeCaseName(tests: readonly FlowTest[], wanted: string): string {
  return freeName(wanted, (name) => tests.some((test) => test.name === name));
}

/** A case to begin with: what the first trigger of the flow listens to, with a word that it looks for. */
export function blankCase(document: FlowDocument, catalog: NodeCatalog): FlowTest {
  const trigger = Object.values(document.nodes).find((node) => catalog.find(node.type)?.role === 'trigger');
  const kind = catalog.find(trigger?.type ?? '')?.events[0] ?? 'instagram/message';
  const words = trigger?.config['keywords'];
  const [word] = Array.isArray(words) ? words : [];
  const isSpoken = /\/(message|comment)$/u.test(kind);
  const text = typeof word === 'string' && !word.includes('{{') ? word : 'Hello';
  return {
    name: freeCaseName(document.tests ?? [], 'Test 1'),
    given: { events: [{ kind, ...(isSpoken ? { data: { text } } : {}) }] },
    expect: [{ runs: 1 }],
  };
}

/** What was seen, as what must be seen: every message with its words, how the run ended, and how many there were. */
export function expectWhatWasSeen(result: CaseResult): FlowTestExpectation[] {
  const status = result.runs.at(-1)?.snapshot.status;
  return [
    ...result.sent.map(({ node, action, text }) => expectSend(node, action, text)),
    ...(status === undefined || status === 'running' ? [] : [{ status }]),
    { runs: result.runs.length },
  ];
}

function expectSend(node: string, { kind }: JsonObject, text: string): FlowTestExpectation {
  return { sent: { node, ...(typeof kind === 'string' ? { kind } : {}), ...(text === '' ? {} : { text }) } };
}

/** Longer pauses between events of a past run are kept; shorter ones are how fast somebody types. */
const SHORTEST_PAUSE_MS = 60_000;

/** Data that only names one occasion, so it would say nothing in a test. */
const OCCASIONAL = new Set([
  'messageId',
  'commentId',
  'mediaId',
  'parentId',
  'replyToMessageId',
  'timestamp',
  'tickAt',
]);

/**
 * A run that happened, as a case: what came in, and that the same goes out again.
 *
 * @param events Events of the run's contact, in any order.
 * @param textOf The words of an action.
 */
export function caseFromRun(
  run: RunView,
  events: readonly EventView[],
  tests: readonly FlowTest[],
  textOf: (action: PlatformAction) => string,
): FlowTest {
  const startMs = Date.parse(run.startedAt);
  const endMs = run.endedAt === null ? Number.POSITIVE_INFINITY : Date.parse(run.endedAt);
  const own = events
    .filter((event) => {
      if (event.runIds.includes(run.id)) return true;
      const atMs = Date.parse(event.occurredAt);
      return /\/(message|postback)$/u.test(event.kind) && atMs >= startMs && atMs <= endMs;
    })
    .map((event) => ({ atMs: Date.parse(event.occurredAt), event: toTestEvent(event) }));
  const decisions = run.nodes.flatMap((node) =>
    node.type === 'core/wait-for-approval' &&
    (node.port === 'approved' || node.port === 'rejected') &&
    node.endedAt !== null
      ? [{ atMs: Date.parse(node.endedAt), event: { kind: `core/${node.port}` } satisfies FlowTestEvent }]
      : [],
  );
  const happened = [...own, ...decisions].toSorted((a, b) => a.atMs - b.atMs);
  const timed = happened.map(({ atMs, event }, index): FlowTestEvent => {
    const pauseMs = index === 0 ? 0 : atMs - (happened[index - 1]?.atMs ?? atMs);
    return pauseMs < SHORTEST_PAUSE_MS ? event : { ...event, afterMs: Math.round(pauseMs / 1000) * 1000 };
  });
  const sent = run.outbox.filter(({ state, kind }) => state === 'sent' && kind !== 'typing' && kind !== 'markSeen');
  const { contact, status } = run;
  const [firstName] = (contact?.name ?? '').split(' ');
  return {
    name: freeCaseName(
      tests,
      `As on ${run.startedAt.slice(0, 10)}${contact === null ? '' : ` with ${contact.name}`}`.slice(0, 190),
    ),
    given: {
      ...(contact === null
        ? {}
        : {
            contact: {
              ...(firstName === undefined || firstName === '' ? {} : { name: contact.name, firstName }),
              ...(contact.username === null ? {} : { username: contact.username }),
            },
          }),
      events: timed.length === 0 ? [{ kind: 'core/manual' }] : timed,
    },
    expect: [
      // The outbox keeps actions.
      ...sent.map(({ node, action }) => expectSend(node, action, textOf(action as unknown as PlatformAction))),
      ...(status === 'running' ? [] : [{ status }]),
      { runs: 1 },
    ],
  };
}

function toTestEvent({ kind, data }: EventView): FlowTestEvent {
  const kept = Object.fromEntries(
    Object.entries(data).filter(([name, value]) => !OCCASIONAL.has(name) && value !== null && value !== ''),
  );
  return { kind, ...(Object.keys(kept).length === 0 ? {} : { data: kept }) };
}
