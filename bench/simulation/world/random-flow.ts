import { createHandlerRegistry } from '@heddle/engine';
import { builtInHandlers } from '@heddle/nodes/handlers';
import type { FlowDocument, FlowEdge, FlowNode, JsonObject } from '@heddle/schemas';
import type { Prng } from '../prng.ts';
import { chat, falter, look } from './test-nodes.ts';

/** All built-in node types, and the few of the simulation. */
export const registry = createHandlerRegistry([...builtInHandlers, look, falter, chat]);

/** A word that triggers listen to and people write. */
export const WORDS = ['price', 'hello', 'buy', 'yes', '12'] as const;

/** Name of the flow that others call. */
export const CALLEE = 'callee';
/** What other systems report, and about what. */
export const REPORT = 'order.paid';
export const REPORT_KEYS = ['a', 'b'] as const;

interface Kind {
  readonly type: string;
  readonly ports: readonly string[];
  config(random: Prng): JsonObject;
}

const shop = { connection: '@shop' };
/** Unlike any other text of the simulation, as the platform's echo is found by its text. */
const UNIQUE = '{{ run.id }} {{ run.node }} {{ run.visit }}';

const KINDS: readonly Kind[] = [
  {
    type: 'instagram/send-message',
    ports: ['sent', 'windowClosed', 'error'],
    config: (random) => ({
      ...shop,
      parts: Array.from({ length: random.between(1, 3) }, (_, part) => ({
        kind: 'text',
        text: `${UNIQUE} part ${part}`,
      })),
    }),
  },
  {
    type: 'instagram/reply-to-comment',
    ports: ['sent', 'error'],
    config: () => ({
      ...shop,
      variations: [`${UNIQUE} a`, `${UNIQUE} b`],
      commentId: "{{ trigger.commentId | default: 'c0' }}",
    }),
  },
  {
    type: 'instagram/private-reply',
    ports: ['sent', 'refused', 'error'],
    config: () => ({ ...shop, text: UNIQUE, commentId: "{{ trigger.commentId | default: 'c0' }}" }),
  },
  {
    type: 'core/http-request',
    ports: ['ok', 'failed', 'error'],
    config: () => ({
      method: 'POST',
      url: 'https://shop.example/orders',
      bodyKind: 'json',
      body: `"${UNIQUE}"`,
      timeoutSeconds: 20,
    }),
  },
  { type: 'simulation/chat', ports: ['done', 'error'], config: (random) => ({ count: random.between(1, 3) }) },
  { type: 'simulation/look', ports: ['done', 'error'], config: () => ({}) },
  {
    type: 'simulation/falter',
    ports: ['done', 'error'],
    config: (random) => ({ times: random.int(4), isCrash: random.int(5) }),
  },
  {
    type: 'core/delay',
    ports: ['done'],
    config: (random) => ({
      mode: 'for',
      duration: { amount: random.between(1, 90), unit: random.pick(['seconds', 'seconds', 'minutes', 'hours']) },
    }),
  },
  {
    type: 'core/wait-for-reply',
    ports: ['answered', 'invalid', 'timeout', 'error'],
    config: (random) => {
      const asks = random.chance(0.7);
      const kind = random.pick(['text', 'number']);
      const asksAgain = random.chance(0.5);
      const maxTries = random.between(1, 3);
      return {
        ...shop,
        ...(asks ? { question: `${UNIQUE}?` } : {}),
        kind,
        // Once at most: what is asked the third time reads like what was asked the second time.
        ...(asksAgain ? { reask: `${UNIQUE} again?` } : {}),
        maxTries: asksAgain ? Math.min(maxTries, 2) : maxTries,
        timeout: { amount: random.between(1, 60), unit: random.pick(['seconds', 'minutes', 'hours']) },
        saveTo: 'nothing',
        mergeSeconds: random.pick([0, 0, 3]),
      };
    },
  },
  {
    type: 'core/ab-split',
    ports: ['a', 'b'],
    config: () => ({
      variants: [
        { id: 'a', label: 'A', weight: 1 },
        { id: 'b', label: 'B', weight: 1 },
      ],
    }),
  },
  { type: 'core/set-fields', ports: ['done'], config: () => ({ values: [{ name: 'last', value: '{{ run.node }}' }] }) },
  { type: 'contacts/tag', ports: ['done'], config: () => ({ add: ['seen'], remove: [] }) },
  {
    type: 'core/merge',
    ports: ['merged', 'incomplete', 'timeout'],
    config: (random) => {
      const mode = random.pick(['all', 'first', 'count']);
      const limit = mode !== 'first' && random.chance(0.5);
      const timeout = { amount: random.between(1, 90), unit: random.pick(['seconds', 'minutes']) };
      return {
        mode,
        ...(mode === 'count' ? { count: random.between(1, 3) } : {}),
        ...(limit ? { limit, timeout } : {}),
      };
    },
  },
  { type: 'core/stop', ports: [], config: () => ({}) },
  {
    type: 'core/for-each',
    // What comes behind "each" runs once per item, in runs of their own.
    ports: ['each', 'done', 'error'],
    config: (random) => ({
      items: Array.from({ length: random.int(5) }, (_, item) => item),
      concurrency: random.between(1, 3),
      onFailure: random.pick(['stop', 'collect']),
      collects: random.chance(0.5),
    }),
  },
  {
    type: 'core/call-flow',
    ports: ['done', 'timeout', 'error'],
    config: (random) => ({
      flow: CALLEE,
      inputs: { n: random.int(10) },
      ...(random.chance(0.3) ? { limit: true, timeout: { amount: random.between(1, 30), unit: 'minutes' } } : {}),
    }),
  },
  {
    type: 'core/wait-for-approval',
    ports: ['approved', 'rejected', 'timeout'],
    config: (random) => ({ title: 'Well?', text: '', timeout: { amount: random.between(1, 8), unit: 'hours' } }),
  },
  {
    type: 'core/wait-for-event',
    ports: ['arrived', 'timeout'],
    config: (random) => ({
      name: REPORT,
      key: random.pick(REPORT_KEYS),
      timeout: { amount: random.between(1, 8), unit: 'hours' },
    }),
  },
  { type: 'core/break', ports: [], config: () => ({}) },
];

/** Sends and waits are what can go wrong; they are drawn more often. */
const WEIGHTED = [...KINDS, ...KINDS.slice(0, 2), ...KINDS.slice(4, 5), ...KINDS.slice(7, 9), ...KINDS.slice(12, 13)];

/** Kinds that make many runs. */
const HEAVY: ReadonlySet<string> = new Set(['core/for-each', 'core/call-flow']);
const LIGHT = WEIGHTED.filter(({ type }) => !HEAVY.has(type));

/** A valid flow: a trigger and 2 to 8 nodes that lead forward on one or several paths, now and then back from a question. */
export function randomFlow(random: Prng, number: number, purpose: 'live' | 'called' = 'live'): FlowDocument {
  const count = random.between(2, 8);
  const nodes: Record<string, FlowNode> = {
    start: purpose === 'called' ? { type: 'core/manual', v: 1, config: {} } : triggerNode(random),
  };
  let heavy = 0;
  const edges: FlowEdge[] = [{ from: 'start.matched', to: 'n0' }];
  for (let more = 0; more < 2 && random.chance(0.25); more += 1)
    edges.push({ from: 'start.matched', to: `n${random.int(count)}` });
  for (let at = 0; at < count; at += 1) {
    // A flow that is called calls none, and a list leads to another one only now and then: the number of runs stays small.
    const isLight = purpose === 'called' || (heavy > 0 && random.chance(0.7));
    const kind = random.pick(isLight ? LIGHT : WEIGHTED);
    if (HEAVY.has(kind.type)) heavy += 1;
    nodes[`n${at}`] = { type: kind.type, v: 1, config: kind.config(random), ...retryOf(random) };
    for (const port of kind.ports) {
      const isBack = kind.type === 'core/wait-for-reply' && port === 'answered' && random.chance(0.1);
      if (isBack) edges.push({ from: `n${at}.${port}`, to: `n${random.int(at + 1)}` });
      else if (at + 1 < count && random.chance(port === 'error' ? 0.3 : 0.85))
        edges.push({ from: `n${at}.${port}`, to: `n${random.between(at + 1, Math.min(at + 3, count - 1))}` });
      if (at + 2 < count && random.chance(0.06)) edges.push({ from: `n${at}.${port}`, to: `n${at + 2}` });
    }
  }
  const settings = {
    contactPolicy: random.pick(['parallel', 'restart', 'ignore', 'queue', 'queue'] as const),
    ...(random.chance(0.2)
      ? { maxActiveRuns: random.between(1, 2), whenFull: random.pick(['ignore', 'queue', 'queue'] as const) }
      : {}),
    ...(random.chance(0.2) ? { cooldownMs: random.pick([1_000, 60_000]) } : {}),
  };
  return {
    formatVersion: 1,
    name: `Flow ${number}`,
    connections: { shop: { platform: 'instagram', label: 'Shop' } },
    settings,
    nodes,
    edges: withoutDoubles(edges),
  };
}

function triggerNode(random: Prng): FlowNode {
  if (random.chance(0.06)) {
    const time = `00:${String(random.int(60)).padStart(2, '0')}`;
    return { type: 'core/schedule', v: 1, config: { repeat: 'hourly', time, timeZone: 'Europe/Berlin' } };
  }
  const words = random.chance(0.5)
    ? { match: 'any' }
    : {
        match: 'word',
        keywords: [random.pick(WORDS), random.pick(WORDS)].filter((word, at, all) => all.indexOf(word) === at),
      };
  return random.chance(0.5)
    ? { type: 'instagram/message-received', v: 1, config: { ...shop, ...words, stories: 'include' } }
    : { type: 'instagram/comment-received', v: 1, config: { ...shop, ...words, posts: 'any', includeReplies: true } };
}

function retryOf(random: Prng): Partial<FlowNode> {
  if (!random.chance(0.5)) return {};
  return {
    retry: {
      attempts: random.between(2, 4),
      backoff: random.pick(['exponential', 'constant'] as const),
      baseMs: random.between(100, 5_000),
    },
  };
}

function withoutDoubles(edges: readonly FlowEdge[]): FlowEdge[] {
  return [...new Map(edges.map((edge) => [`${edge.from}>${edge.to}`, edge])).values()];
}
