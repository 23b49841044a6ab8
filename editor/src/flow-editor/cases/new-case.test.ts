import { textOfAction } from '@heddle/engine/test-kit';
import type { EventView, RunView } from '@heddle/schemas/api';
import { describe, expect, it } from 'vitest';
import { catalog, sampleFlow } from '../testing/sample-flow.ts';
import { blankCase, caseFromRun, expectWhatWasSeen } from './new-case.ts';

const at = (minutes: number): string => new Date(Date.UTC(2026, 10, 21, 12, minutes)).toISOString();
const contact = { id: 'c', name: 'Ada Otieno', username: 'ada' };
const event = (kind: string, minutes: number, data: EventView['data'], runIds: string[] = []): EventView => ({
  id: `${kind} ${minutes}`,
  kind,
  platform: 'instagram',
  state: 'completed',
  reason: null,
  target: null,
  skipped: [],
  runIds,
  contact,
  summary: '',
  data,
  attempts: 1,
  occurredAt: at(minutes),
  receivedAt: at(minutes),
});
const message = { kind: 'message', to: 'x', message: { kind: 'text', text: 'It is 10.' } };
const sent = {
  id: 'o',
  runId: 'r',
  flowId: 'f',
  flowName: 'F',
  node: 'reply',
  nodeTitle: 'Reply',
  state: 'sent' as const,
  kind: 'message',
  summary: 'It is 10.',
  action: message,
  platformId: null,
  reason: null,
  contact,
  createdAt: at(1),
  settledAt: at(1),
};
const run: RunView = {
  id: 'r',
  flowId: 'f',
  flowName: 'F',
  flowVersion: 1,
  status: 'succeeded',
  trigger: 'instagram/comment-received',
  contact,
  error: null,
  startedAt: at(0),
  endedAt: at(30),
  nodeRuns: 3,
  parent: null,
  document: sampleFlow(),
  vars: {},
  triggerOutput: {},
  nodes: [],
  outbox: [sent, { ...sent, id: 'p', state: 'refused' }],
  waits: [],
};

describe('new cases', () => {
  it('begin with what the flow listens to', () => {
    const test = blankCase(sampleFlow(), catalog);
    expect(test).toMatchObject({ name: 'Test 1', expect: [{ runs: 1 }] });
    expect(test.given.events).toHaveLength(1);
    expect(blankCase({ ...sampleFlow(), tests: [test] }, catalog).name).toBe('Test 2');
  });

  it('come from a run: what came in while it ran, and what went out', () => {
    const events = [
      event('instagram/message', 45, { text: 'later', messageId: '3' }),
      event('instagram/message', 20, { text: 'yes', messageId: '2' }),
      event('instagram/read', 10, {}),
      event('instagram/comment', 0, { text: 'Price?', commentId: '1', parentId: null }, ['r']),
    ];
    expect(caseFromRun(run, events, [], textOfAction)).toEqual({
      name: 'As on 2026-11-21 with Ada Otieno',
      given: {
        contact: { name: 'Ada Otieno', firstName: 'Ada', username: 'ada' },
        events: [
          { kind: 'instagram/comment', data: { text: 'Price?' } },
          { kind: 'instagram/message', data: { text: 'yes' }, afterMs: 1_200_000 },
        ],
      },
      expect: [{ sent: { node: 'reply', kind: 'message', text: 'It is 10.' } }, { status: 'succeeded' }, { runs: 1 }],
    });
  });

  it('take what was seen for what must be seen', () => {
    const result = {
      passed: false,
      problems: [],
      sent: [{ node: 'reply', action: message, text: 'It is 10.' }],
      ports: [],
      runs: [],
    };
    expect(expectWhatWasSeen(result)).toEqual([
      { sent: { node: 'reply', kind: 'message', text: 'It is 10.' } },
      { runs: 0 },
    ]);
  });
});
