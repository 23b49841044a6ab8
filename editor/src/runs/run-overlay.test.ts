import type { NodeRunView, OutboxView } from '@heddle/schemas/api';
import { describe, expect, it } from 'vitest';
import { findTriggerNode, toRunOverlay } from './run-overlay.ts';
import { toTimeline } from './run-timeline.ts';

const START = Date.UTC(2026, 0, 1);
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

function nodeRun(node: string, from: number, to: number | null, extra: Partial<NodeRunView> = {}): NodeRunView {
  return {
    id: `${node}-${from}`,
    node,
    type: 'core/set',
    visit: 1,
    attempt: 1,
    status: to === null ? 'running' : 'succeeded',
    port: to === null ? null : 'done',
    input: null,
    output: null,
    error: null,
    startedAt: at(from),
    endedAt: to === null ? null : at(to),
    ...extra,
  };
}
function message(node: string, seconds: number): OutboxView {
  return {
    id: `m-${node}-${seconds}`,
    runId: 'r',
    flowId: 'f',
    flowName: 'F',
    node,
    nodeTitle: node,
    state: 'sent',
    kind: 'message',
    summary: 'hi',
    action: {},
    platformId: 'x',
    reason: null,
    contact: null,
    createdAt: at(seconds),
    settledAt: at(seconds),
  };
}
const node = { type: 'core/set', v: 1, config: {} };
const trigger = { type: 'core/manual', v: 1, config: {} };
const nodes = { a: node, b: node, c: node, d: node };
const edges = [
  { from: 'a.done', to: 'b' },
  { from: 'b.done', to: 'c' },
  { from: 'b.no', to: 'd' },
];

describe('toRunOverlay', () => {
  it('names the edges that were passed and nothing else', () => {
    const overlay = toRunOverlay({
      nodes: [nodeRun('a', 0, 1), nodeRun('b', 1, 3), nodeRun('c', 3, null)],
      waits: [],
      trigger: 'core/manual',
      document: { nodes, edges },
    });
    expect(overlay.edges).toEqual(['a.done->b', 'b.done->c']);
    expect(overlay.nodes).toEqual({
      a: { status: 'succeeded', visits: 1, durationMs: 1000 },
      b: { status: 'succeeded', visits: 1, durationMs: 2000 },
      c: { status: 'running', visits: 1 },
    });
  });

  it('shows the last attempt of a node that was retried, as one visit', () => {
    const failed = nodeRun('a', 0, 1, { status: 'failed', port: null });
    const again = nodeRun('a', 5, 9, { attempt: 2 });
    expect(
      toRunOverlay({ nodes: [again, failed], waits: [], trigger: 'core/manual', document: { nodes, edges } }).nodes,
    ).toEqual({ a: { status: 'succeeded', visits: 1, durationMs: 4000 } });
  });

  it('shows the newest try even when a person tried again and attempts count from 1', () => {
    const overlay = toRunOverlay({
      nodes: [nodeRun('a', 0, 1, { attempt: 3, status: 'failed', port: null }), nodeRun('a', 50, 51)],
      waits: [],
      trigger: 'core/manual',
      document: { nodes, edges },
    });
    expect(overlay.nodes['a']?.status).toBe('succeeded');
  });

  it('counts visits of a circle', () => {
    const overlay = toRunOverlay({
      nodes: [nodeRun('a', 0, 1), nodeRun('a', 2, 3, { visit: 2 })],
      waits: [],
      trigger: 'core/manual',
      document: { nodes, edges },
    });
    expect(overlay.nodes['a']?.visits).toBe(2);
  });

  it('shows a node that waits as waiting', () => {
    const overlay = toRunOverlay({
      nodes: [nodeRun('a', 0, 1, { status: 'failed', port: null })],
      waits: [{ node: 'a', wait: { kind: 'retry' }, dueAt: at(30) }],
      trigger: 'core/manual',
      document: { nodes, edges },
    });
    expect(overlay.nodes['a']?.status).toBe('suspended');
  });
});

describe('findTriggerNode', () => {
  const document = {
    nodes: { ...nodes, one: trigger, two: trigger },
    edges: [
      { from: 'one.matched', to: 'a' },
      { from: 'two.matched', to: 'b' },
    ],
  };

  it('takes the trigger that leads to what ran first', () => {
    expect(findTriggerNode({ trigger: 'core/manual', document, nodes: [nodeRun('c', 2, 3), nodeRun('b', 0, 1)] })).toBe(
      'two',
    );
  });

  it('draws the way from it', () => {
    expect(toRunOverlay({ trigger: 'core/manual', document, nodes: [nodeRun('b', 0, 1)], waits: [] })).toMatchObject({
      nodes: { two: { status: 'succeeded' } },
      edges: ['two.matched->b'],
    });
  });

  it('gives nothing when the version has no such trigger', () => {
    expect(findTriggerNode({ trigger: 'core/webhook', document, nodes: [] })).toBeUndefined();
  });
});

describe('toTimeline', () => {
  it('orders by start and gives each message to the visit of its node that made it', () => {
    const timeline = toTimeline({
      nodes: [nodeRun('b', 4, 6, { visit: 2 }), nodeRun('a', 0, 1), nodeRun('b', 1, 3)],
      outbox: [message('b', 5), message('b', 2), message('a', 0)],
      waits: [],
    });
    expect(timeline.map((entry) => [entry.key, entry.messages.map((sent) => sent.id)])).toEqual([
      ['a#1', ['m-a-0']],
      ['b#1', ['m-b-2']],
      ['b#2', ['m-b-5']],
    ]);
  });

  it('shows the tries of one visit together, also when a person tried again and attempts count from 1', () => {
    const timeline = toTimeline({
      nodes: [
        nodeRun('a', 5, 6, { attempt: 2, status: 'failed' }),
        nodeRun('a', 0, 1, { status: 'failed' }),
        nodeRun('b', 2, 3),
        nodeRun('a', 50, 51),
      ],
      outbox: [{ ...message('a', 0), settledAt: at(51) }],
      waits: [],
    });
    expect(timeline.map((entry) => [entry.key, entry.tries.length, entry.last.status, entry.messages.length])).toEqual([
      ['a#1', 3, 'succeeded', 1],
      ['b#1', 1, 'succeeded', 0],
    ]);
  });

  it('puts the wait on the newest visit of its node', () => {
    const wait = { node: 'a', wait: { kind: 'reply' as const, dueAtMs: null, mergeMs: 0 }, dueAt: null };
    const timeline = toTimeline({
      nodes: [nodeRun('a', 0, 1), nodeRun('a', 2, null, { visit: 2, status: 'suspended' })],
      outbox: [],
      waits: [wait],
    });
    expect(timeline.map((entry) => entry.wait)).toEqual([null, wait]);
  });
});
