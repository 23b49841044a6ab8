import { runNode } from '@heddle/engine/test-kit';
import { describe, expect, it } from 'vitest';
import { mergeHandler } from './handler.ts';

const NOW = 1_000_000;
const timeout = { amount: 5, unit: 'minutes' };

describe('core/merge', () => {
  it.each([
    [{ mode: 'all' }, { kind: 'join', need: 'all', dueAtMs: null }],
    [{ mode: 'first' }, { kind: 'join', need: 1, dueAtMs: null }],
    [
      { mode: 'count', count: 3 },
      { kind: 'join', need: 3, dueAtMs: null },
    ],
    [
      { mode: 'all', limit: true, timeout },
      { kind: 'join', need: 'all', dueAtMs: NOW + 300_000 },
    ],
    [
      { mode: 'first', limit: true, timeout },
      { kind: 'join', need: 1, dueAtMs: null },
    ],
  ])('waits with %j for %j', async (config, wait) => {
    const { result } = await runNode(mergeHandler, { config, nowMs: NOW });
    expect(result).toMatchObject({ kind: 'suspended', wait });
  });

  it.each([
    ['enough', 'merged'],
    ['noMore', 'incomplete'],
    ['timedOut', 'timeout'],
  ] as const)('after "%s" leaves by "%s" with what every path brought', async (end, port) => {
    const { result } = await runNode(mergeHandler, {
      config: { mode: 'all' },
      resumed: { kind: 'joined', inputs: [{ a: 1 }, { b: 2 }], end },
    });
    expect(result).toEqual({ kind: 'done', port, output: { inputs: [{ a: 1 }, { b: 2 }], count: 2 } });
  });
});
