import { expect, it } from 'vitest';
import { draftNotes, outcomeLines } from './back-test-words.ts';

const send = (text: string, more = {}) =>
  ({ node: 'say', kind: 'message', text, outcome: 'sent', reason: null, ...more }) as const;

it.each([
  [false, [], ['Nothing']],
  [true, [], ['Ran and sent nothing']],
  [true, [send('Typing …', { kind: 'typing' })], ['Ran and sent nothing']],
  [true, [send('Hi'), send('10 €')], ['Hi', '10 €']],
  [true, [send('Hi', { outcome: 'refused', reason: 'Too late.' })], ['Not sent: Hi (Too late.)']],
])('says in lines what one side did: %s %j', (fired, sends, lines) => {
  expect(outcomeLines(fired, sends)).toEqual(lines);
});

it('tells why the draft stays silent only where that is news', () => {
  const draft = { fired: false, sends: [], reason: 'No such word.', status: null, error: null, guesses: ['A guess.'] };
  const item = {
    eventId: '019aa000-0000-7000-8000-000000000000',
    occurredAt: '2026-11-21T12:00:00.000Z',
    kind: 'instagram/comment',
    summary: 'price',
    contact: null,
    published: { fired: true, sends: [] },
    draft,
  };
  expect(draftNotes({ ...item, verdict: 'noLongerFires' })).toEqual(['No such word.', 'A guess.']);
  expect(draftNotes({ ...item, verdict: 'same' })).toEqual(['A guess.']);
});
