import type { RunView } from '@heddle/schemas/api';
import { describe, expect, it } from 'vitest';
import { waitWords } from './wait-words.ts';

const NOW = Date.UTC(2026, 2, 12, 12);
const IN_2_H = new Date(NOW + 7_200_000).toISOString();
const say = (wait: RunView['waits'][number]['wait'], dueAt: string | null = IN_2_H) =>
  waitWords({ node: 'a', wait, dueAt }, NOW).text;
const dueAtMs = NOW + 7_200_000;
/** As the host stores it. */
const children = (total: number, concurrency = 5) => ({ kind: 'children', total, concurrency, dueAtMs: null });

describe('waitWords', () => {
  it.each<[string, string]>([
    [say({ kind: 'time', dueAtMs }), 'Waits, goes on in 2 h'],
    [say({ kind: 'reply', dueAtMs, mergeMs: 0 }), 'Waits for a reply, goes on without it in 2 h'],
    [say({ kind: 'reply', dueAtMs: null, mergeMs: 0 }, null), 'Waits for a reply'],
    [
      say({ kind: 'approval', title: 'Publish?', text: '', dueAtMs }),
      'Waits for a decision: “Publish?”, goes on without it in 2 h',
    ],
    [
      say({ kind: 'event', name: 'order.paid', key: 'A1', dueAtMs: null }, null),
      'Waits until “order.paid” is reported for “A1”',
    ],
    [say(children(40)), 'Goes through 40 items, 5 at a time'],
    [say(children(3)), 'Goes through 3 items'],
    [say(children(1)), 'Waits for the run that it started'],
    [say({ kind: 'children' }), 'Waits for the runs that it started'],
    [say({ kind: 'join', need: 'all', dueAtMs: null }, null), 'Waits for all the other paths to arrive'],
    [say({ kind: 'retry' }), 'Failed for now, tries again in 2 h'],
    [say({ kind: 'telepathy' }), 'Waits, goes on in 2 h'],
    [say({}, null), 'Waits'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected);
  });

  it('does not promise what is over', () => {
    const before = new Date(NOW - 5_000).toISOString();
    expect([say({ kind: 'time', dueAtMs: NOW }, before), say({ kind: 'retry' }, before)]).toEqual([
      'The wait is just over',
      'Tries again now',
    ]);
    expect(say({ kind: 'reply', dueAtMs: NOW, mergeMs: 0 }, before)).toBe('Waits for a reply, the time is just over');
  });
});
