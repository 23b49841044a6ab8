import { describe, expect, it } from 'vitest';
import { toSteps, type StepRun } from './post-steps.ts';
import { toMoment } from './schedule-time.ts';
import { judgeReport, settlePost, type PostFacts } from './settle-post.ts';

const call = (state: NonNullable<PostFacts['call']>['state']): NonNullable<PostFacts['call']> => ({
  state,
  platformId: state === 'sent' ? 'm1' : null,
  reason: null,
});
const run = (status: NonNullable<PostFacts['run']>['status'], error: string | null = null) => ({ status, error });
const completed = { state: 'completed', reason: null } as const;

describe('what becomes of a post that its flow did not report', () => {
  it.each<[string, PostFacts, string | null]>([
    ['on its way', { status: 'publishing', event: completed, run: run('running'), call: null }, null],
    [
      'asleep between two looks',
      { status: 'publishing', event: completed, run: run('waiting'), call: call('sending') },
      null,
    ],
    [
      'not taken in yet',
      { status: 'publishing', event: { state: 'pending', reason: null }, run: null, call: null },
      null,
    ],
    [
      'no flow took it',
      { status: 'publishing', event: { state: 'ignored', reason: 'Nobody listens.' }, run: null, call: null },
      'failed',
    ],
    [
      'the run failed before the call',
      { status: 'publishing', event: completed, run: run('failed', 'Boom.'), call: null },
      'failed',
    ],
    [
      'the run was cancelled',
      { status: 'publishing', event: completed, run: run('cancelled'), call: call('planned') },
      'failed',
    ],
    [
      'cancelled while the call was on its way',
      { status: 'publishing', event: completed, run: run('cancelled'), call: call('sending') },
      'unconfirmed',
    ],
    [
      'the run failed after the call',
      { status: 'publishing', event: completed, run: run('failed', 'Boom.'), call: call('sent') },
      'published',
    ],
    [
      'the outcome is unknown',
      { status: 'publishing', event: completed, run: run('succeeded'), call: call('unknown') },
      'unconfirmed',
    ],
    [
      'nobody knows more yet',
      { status: 'unconfirmed', event: completed, run: run('succeeded'), call: call('unknown') },
      null,
    ],
    [
      'it turned out to be there',
      { status: 'unconfirmed', event: completed, run: run('succeeded'), call: call('sent') },
      'published',
    ],
    [
      'it turned out not to be there',
      { status: 'unconfirmed', event: completed, run: run('succeeded'), call: call('failed') },
      'failed',
    ],
    ['a draft is left alone', { status: 'draft', event: completed, run: run('failed'), call: null }, null],
  ])('%s', (_name, facts, expected) => {
    expect(settlePost(facts)?.status ?? null).toBe(expected);
  });

  it('gives the reason of the run', () => {
    expect(
      settlePost({ status: 'publishing', event: completed, run: run('failed', 'Boom.'), call: null }),
    ).toMatchObject({ reason: 'Boom.' });
  });
});

describe('a report of a flow', () => {
  const said = (status: 'published' | 'failed' | 'unconfirmed') => ({ status, mediaId: null, reason: 'Said.' });
  it.each([
    ['failed', 'sent', 'published'],
    ['failed', 'sending', 'unconfirmed'],
    ['failed', 'unknown', 'unconfirmed'],
    ['failed', 'failed', 'failed'],
    ['published', 'sent', 'published'],
    ['published', null, 'unconfirmed'],
  ] as const)('"%s" with a call that is %s: %s', (status, state, expected) => {
    expect(judgeReport(said(status), state === null ? null : call(state)).status).toBe(expected);
  });
});

describe('progress', () => {
  const done = (type: string, port: string): StepRun => ({
    type: `publishing/${type}`,
    status: 'succeeded',
    port,
    error: null,
  });
  const states = (...args: Parameters<typeof toSteps>) => toSteps(...args).map((step) => step.state);

  it('shows the first step that is not done', () => {
    expect(states('publishing', [])).toEqual(['active', 'waiting', 'waiting', 'waiting']);
    expect(states('publishing', [done('validate', 'valid'), done('create-container', 'created')])).toEqual([
      'done',
      'done',
      'active',
      'waiting',
    ]);
    expect(states('failed', [done('validate', 'invalid')])).toEqual(['failed', 'waiting', 'waiting', 'waiting']);
    expect(states('published', [])).toEqual(['done', 'done', 'done', 'done']);
    expect(states('draft', [])).toEqual([]);
  });

  it('goes back when a post must be prepared anew', () => {
    expect(
      states('publishing', [
        done('validate', 'valid'),
        done('create-container', 'created'),
        done('wait-until-ready', 'expired'),
      ]),
    ).toEqual(['done', 'done', 'active', 'waiting']);
  });
});

describe('a time in a zone', () => {
  const at = (localTime: string, timeZone: string) => new Date(toMoment({ localTime, timeZone }, 0)).toISOString();

  it('follows daylight saving time', () => {
    expect(at('2027-03-27T09:00', 'Europe/Berlin')).toBe('2027-03-27T08:00:00.000Z');
    expect(at('2027-03-28T09:00', 'Europe/Berlin')).toBe('2027-03-28T07:00:00.000Z');
    expect(at('2027-10-30T09:00', 'Europe/Berlin')).toBe('2027-10-30T07:00:00.000Z');
    expect(at('2027-10-31T09:00', 'Europe/Berlin')).toBe('2027-10-31T08:00:00.000Z');
    expect(at('2027-07-01T09:00', 'Africa/Nairobi')).toBe('2027-07-01T06:00:00.000Z');
  });

  it('takes the first of two, and moves one that is left out', () => {
    expect(at('2027-10-31T02:30', 'Europe/Berlin')).toBe('2027-10-31T00:30:00.000Z');
    expect(at('2027-03-28T02:30', 'Europe/Berlin')).toBe('2027-03-28T01:30:00.000Z');
  });
});
