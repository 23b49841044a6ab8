import type { FlowDocument, FlowNode } from '@heddle/schemas';
import { flow } from './nodes.ts';
import type { Prng } from './prng.ts';

const KINDS = ['say', 'wait', 'ask', 'set', 'fork', 'fail', 'join', 'each', 'approve', 'listen'] as const;
const PORTS: Readonly<Record<(typeof KINDS)[number], readonly string[]>> = {
  say: ['out', 'error'],
  wait: ['out', 'error'],
  ask: ['answered', 'timeout', 'error'],
  set: ['out', 'error'],
  fork: ['left', 'right', 'otherwise', 'error'],
  fail: ['out', 'error'],
  join: ['out', 'few', 'timeout', 'error'],
  each: ['each', 'done', 'timeout', 'error'],
  approve: ['yes', 'no', 'timeout', 'error'],
  listen: ['heard', 'timeout', 'error'],
};

/** A valid flow of 2 to 12 nodes: branches, parallel paths, circles, errors, retries, nodes that are switched off. */
export function randomFlow(random: Prng): FlowDocument {
  const nodes: Parameters<typeof flow>[0] = { start: ['start'] };
  const kinds = new Map<string, (typeof KINDS)[number]>();
  const count = 2 + random.int(11);
  for (let i = 0; i < count; i++) {
    const kind = random.pick(KINDS);
    kinds.set(`n${i}`, kind);
    nodes[`n${i}`] = [kind, configOf(kind, random), restOf(random)];
  }
  const ids = [...kinds.keys()];
  const edges = new Set<string>([`start.out>${random.pick(ids)}`]);
  for (let i = 0; i < 2; i++) if (random.chance(0.4)) edges.add(`start.out>${random.pick(ids)}`);
  for (const [id, kind] of kinds) {
    for (const port of PORTS[kind]) {
      const targets = random.chance(0.75) ? (random.chance(0.15) ? 2 : 1) : 0;
      for (let i = 0; i < targets; i++) edges.add(`${id}.${port}>${random.pick(ids)}`);
    }
  }
  return flow(nodes, [...edges]);
}

function configOf(kind: (typeof KINDS)[number], random: Prng): Record<string, import('@heddle/schemas').JsonValue> {
  switch (kind) {
    case 'say':
      return {
        text: random.pick(['hello', '{{ trigger.word }}', '{{ vars.missing }}', "{{ input.text | default: 'none' }}"]),
      };
    case 'wait':
      return { ms: random.pick([0, 1, 60_000, 86_400_000, 400 * 86_400_000]) };
    case 'ask':
      return { ms: random.pick([null, 1000, 3_600_000]), mergeMs: random.pick([0, 3000]) };
    case 'set':
      return {
        name: random.pick(['a', 'b']),
        value: random.pick([1, 'x'.repeat(random.int(random.chance(0.1) ? 70_000 : 200)), { $: 'trigger' }]),
      };
    case 'fork':
      return {
        cases: [
          { id: 'left', title: 'Left' },
          { id: 'right', title: 'Right' },
        ],
        ...(random.chance(0.7) ? { take: random.pick(['left', 'right', 'otherwise', 'undeclared']) } : {}),
      };
    case 'join':
      return {
        need: random.pick(['all', 'all', 1, 2, 3]),
        ...(random.chance(0.3) ? { ms: random.pick([0, 1000, 3_600_000]) } : {}),
      };
    case 'each':
      return {
        items: random.chance(0.05)
          ? Array.from({ length: 1001 }, () => 0)
          : Array.from({ length: random.int(6) }, (_, index) => index),
        at: 1 + random.int(3),
        fails: random.pick(['stop', 'collect']),
        keeps: random.chance(0.5),
        ...(random.chance(0.3) ? { ms: random.pick([0, 3_600_000]) } : {}),
      };
    case 'approve':
      return random.chance(0.5) ? {} : { ms: random.pick([0, 60_000]) };
    case 'listen':
      return { key: 'k', ...(random.chance(0.5) ? { ms: random.pick([0, 60_000]) } : {}) };
    case 'fail':
      return {
        how: random.pick(['backoff', 'never', 'after', 'crash']),
        ...(random.chance(0.7) ? { times: random.int(4) } : {}),
      };
  }
}

function restOf(random: Prng): Partial<FlowNode> {
  return {
    ...(random.chance(0.4)
      ? {
          retry: {
            attempts: 1 + random.int(4),
            backoff: random.pick(['exponential', 'constant'] as const),
            baseMs: 100 + random.int(5000),
            ...(random.chance(0.3) ? { jitter: random.next() } : {}),
            ...(random.chance(0.3) ? { onlyOn: [random.pick(['PLATFORM_UNAVAILABLE', 'NODE_CRASHED'])] } : {}),
          },
        }
      : {}),
    ...(random.chance(0.1) ? { isDisabled: true } : {}),
  };
}
