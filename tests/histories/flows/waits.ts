import {
  after,
  byHand,
  event,
  flow,
  node,
  onMessage,
  say,
  set,
  started,
  story,
  tag,
  wrote,
  type Recorded,
} from './build.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const ask = (kind: string, more: Parameters<typeof node>[1] = {}) =>
  node('core/wait-for-reply', {
    connection: '@shop',
    question: 'Your answer, please?',
    kind,
    choices: [],
    reask: 'Sorry, again?',
    maxTries: 2,
    timeout: { amount: 2, unit: 'hours' },
    saveTo: 'variable',
    saveName: 'answer',
    mergeSeconds: 3,
    ...more,
  });
const asked = (name: string, question: ReturnType<typeof node>, stories: Recorded['stories']): Recorded => ({
  name,
  document: flow(
    name,
    { start: onMessage, ask: question, good: say('Thanks: {{ vars.answer }}'), bad: tag('unclear'), late: tag('late') },
    ['start.matched > ask', 'ask.answered > good', 'ask.invalid > bad', 'ask.timeout > late'],
  ),
  stories,
});

/** Every kind of wait: time, reply, approval, event. Joins and children are in paths.ts. */
export const waits: readonly Recorded[] = [
  {
    name: 'delay',
    document: flow(
      'delay',
      {
        start: onMessage,
        hour: node('core/delay', { mode: 'for', duration: { amount: 1, unit: 'hours' } }),
        hello: say('An hour later'),
        morning: node('core/delay', {
          mode: 'until',
          time: '09:00',
          weekdays: ['monday', 'friday'],
          timeZone: 'Africa/Nairobi',
          useContactZone: false,
        }),
        bye: say('Good morning'),
      },
      ['start.matched > hour', 'hour.done > hello', 'hello.sent > morning', 'morning.done > bye'],
    ),
    stories: [
      story('both delays pass', [wrote('hi')]),
      story('still waiting in the middle', [wrote('hi', 0), after(HOUR_MS / 2)]),
    ],
  },
  asked('reply-text', ask('text'), [
    story('an answer in one piece', [wrote('hi'), wrote('Nairobi')]),
    story('an answer in three pieces', [wrote('hi'), wrote('I live', 1000), wrote('in', 1000), wrote('Nairobi', 1000)]),
    story('no answer', [wrote('hi'), after(2 * HOUR_MS)]),
  ]),
  asked('reply-email', ask('email', { mergeSeconds: 0 }), [
    story('a good address', [wrote('hi'), wrote('ada@example.com')]),
    story('a second try', [wrote('hi'), wrote('what?'), wrote('ada@example.com')]),
    story('two that do not fit', [wrote('hi'), wrote('what?'), wrote('no')]),
  ]),
  asked('reply-number', ask('number'), [story('a number', [wrote('hi'), wrote('42')])]),
  asked('reply-phone', ask('phone', { countryCode: '+254' }), [
    story('a phone number', [wrote('hi'), wrote('0712 345 678')]),
  ]),
  asked('reply-date', ask('date', { dateOrder: 'dayFirst' }), [story('a date', [wrote('hi'), wrote('3/4/2027')])]),
  {
    name: 'reply-choice',
    document: flow(
      'reply-choice',
      {
        start: onMessage,
        ask: ask('choice', {
          choices: [
            { id: 'yes', label: 'Yes', keywords: ['sure'] },
            { id: 'no', label: 'No', keywords: ['never'] },
          ],
        }),
        yes: say('Great'),
        no: say('Pity'),
        other: tag('unclear'),
      },
      ['start.matched > ask', 'ask.yes > yes', 'ask.no > no', 'ask.invalid > other'],
    ),
    stories: [
      story('yes by a keyword', [wrote('hi'), wrote('sure!')]),
      story('no by its label', [wrote('hi'), wrote('no')]),
      story('neither, twice', [wrote('hi'), wrote('maybe'), wrote('perhaps')]),
    ],
  },
  {
    name: 'approval',
    document: flow(
      'approval',
      {
        start: byHand,
        may: node('core/wait-for-approval', {
          title: 'May we?',
          text: 'Discount for {{ trigger.data.who }}',
          timeout: { amount: 1, unit: 'days' },
        }),
        yes: set('result', 'yes'),
        no: set('result', 'no'),
        late: set('result', 'late'),
      },
      ['start.matched > may', 'may.approved > yes', 'may.rejected > no', 'may.timeout > late'],
    ),
    stories: [
      story('approved', [started({ who: 'Ada' }), event('core/approved', { note: 'fine' })]),
      story('rejected', [started({ who: 'Ada' }), event('core/rejected', {})]),
      story('nobody decides', [started({ who: 'Ada' }), after(DAY_MS)]),
    ],
  },
  {
    name: 'event',
    document: flow(
      'event',
      {
        start: byHand,
        paid: node('core/wait-for-event', {
          name: 'order.paid',
          key: '{{ trigger.data.order }}',
          timeout: { amount: 1, unit: 'days' },
        }),
        yes: set('amount', '{{ input.data.amount }}'),
        late: set('amount', 'none'),
      },
      ['start.matched > paid', 'paid.arrived > yes', 'paid.timeout > late'],
    ),
    stories: [
      story('the report comes', [
        started({ order: 'A7' }),
        event('core/event', { name: 'order.paid', key: 'A7', data: { amount: 10 } }),
      ]),
      story('one for another order, then none', [
        started({ order: 'A7' }),
        event('core/event', { name: 'order.paid', key: 'B8', data: { amount: 99 } }),
        after(DAY_MS),
      ]),
    ],
  },
];
