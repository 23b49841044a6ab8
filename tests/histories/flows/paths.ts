import { FlowError } from '@heddle/schemas';
import {
  after,
  byHand,
  commented,
  event,
  flow,
  node,
  onComment,
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
const delay = (amount: number) => node('core/delay', { mode: 'for', duration: { amount, unit: 'hours' } });
const merge = (mode: string, more: Parameters<typeof node>[1] = {}) =>
  node('core/merge', { mode, count: 2, limit: false, timeout: { amount: 3, unit: 'hours' }, ...more });
const joined = (name: string, join: ReturnType<typeof node>, stories: Recorded['stories']): Recorded => ({
  name,
  document: flow(
    name,
    {
      start: onMessage,
      a: delay(1),
      b: delay(2),
      c: delay(4),
      join,
      all: set('joined', '{{ input.count }}'),
      few: tag('few'),
      late: tag('late'),
    },
    [
      'start.matched > a',
      'start.matched > b',
      'start.matched > c',
      'a.done > join',
      'b.done > join',
      'c.done > join',
      'join.merged > all',
      'join.incomplete > few',
      'join.timeout > late',
    ],
  ),
  stories,
});
const each = (name: string, config: Parameters<typeof node>[1], stories: Recorded['stories']): Recorded => ({
  name,
  document: flow(
    name,
    {
      start: byHand,
      list: node('core/for-each', {
        items: '{{ trigger.data.items }}',
        concurrency: 1,
        onFailure: 'collect',
        collects: true,
        ...config,
      }),
      isLast: node('core/condition', {
        condition: { match: 'all', rules: [{ field: 'input.item', operator: 'equals', value: 'stop' }] },
      }),
      enough: node('core/break'),
      pause: delay(1),
      note: set('seen', '{{ nodes.list.item }}'),
      bad: set('bad', "{% assign x = nodes.list.item %}{% if x == 'bad' %}{{ x.nothing.here }}{% endif %}"),
      end: set('result', '{{ nodes.list.succeeded }}'),
    },
    [
      'start.matched > list',
      'list.each > isLast',
      'isLast.yes > enough',
      'isLast.no > pause',
      'pause.done > bad',
      'bad.done > note',
      'list.done > end',
    ],
  ),
  stories,
});

const CALLED = flow('Called', { begin: byHand, wait: delay(1), put: set('double', '{{ inputs.n }}') }, [
  'begin.matched > wait',
  'wait.done > put',
]);
CALLED.inputs = { n: { type: 'number', label: 'Number', default: 1 } };

/** Ways a run can take: forks, joins, loops, calls, failures, rules for starts. */
export const paths: readonly Recorded[] = [
  joined('merge-all', merge('all'), [story('waits for all three', [wrote('hi')])]),
  joined('merge-first', merge('first'), [story('goes on with the first', [wrote('hi')])]),
  joined('merge-count', merge('count'), [story('goes on with two of three', [wrote('hi')])]),
  joined('merge-limit', merge('all', { limit: true }), [story('the time is over before the third', [wrote('hi')])]),
  each('for-each', {}, [
    story('three items, one after the other', [started({ items: ['a', 'b', 'c'] })]),
    story('no items', [started({ items: [] })]),
    story('one fails, the others go on', [started({ items: ['a', 'bad', 'c'] })]),
    story('breaks off', [started({ items: ['a', 'stop', 'c', 'd'] })]),
    story('stopped in the middle', [started({ items: ['a', 'b'] }), after(HOUR_MS / 2)]),
  ]),
  each('for-each-together', { concurrency: 2, onFailure: 'stop' }, [
    story('two at a time', [started({ items: ['a', 'b', 'c'] })]),
    story('the first failure ends the others', [started({ items: ['a', 'bad', 'c', 'd'] })]),
  ]),
  {
    name: 'call-flow',
    document: flow(
      'call-flow',
      {
        start: byHand,
        call: node('core/call-flow', {
          flow: 'Called',
          inputs: { n: '{{ trigger.data.n }}' },
          limit: true,
          timeout: { amount: 2, unit: 'hours' },
        }),
        end: set('got', '{{ input | json }}'),
        late: set('got', 'nothing'),
      },
      ['start.matched > call', 'call.done > end', 'call.timeout > late'],
    ),
    calls: { Called: CALLED },
    stories: [
      story('the called flow ends', [started({ n: 2 })]),
      story('waiting for the called flow', [started({ n: 2 }), after(HOUR_MS / 2)]),
    ],
  },
  {
    name: 'retry',
    document: flow(
      'retry',
      {
        start: onComment,
        reply: node(
          'instagram/reply-to-comment',
          { connection: '@shop', variations: ['Thanks'], commentId: '{{ trigger.commentId }}' },
          {
            retry: { attempts: 3, backoff: 'exponential', baseMs: 1000 },
          },
        ),
        dm: node('instagram/private-reply', {
          connection: '@shop',
          text: 'Hello',
          commentId: '{{ trigger.commentId }}',
        }),
        sorry: set('why', '{{ error.code }}'),
      },
      ['start.matched > reply', 'reply.sent > dm', 'reply.error > sorry', 'dm.error > sorry'],
    ),
    stories: [
      story('works at once', [commented('hi')]),
      story('works at the second try', [commented('hi')], { fakes: { onSend: failing(1) } }),
      story('fails for good and takes the error exit', [commented('hi')], { fakes: { onSend: failing(9) } }),
    ],
  },
  {
    name: 'failure',
    document: flow(
      'failure',
      { start: onMessage, bad: set('x', '{% assign t = trigger.text %}{{ t.nothing.here }}'), never: tag('never') },
      ['start.matched > bad', 'bad.done > never'],
    ),
    stories: [story('a template that cannot be filled in ends the run', [wrote('hi')])],
  },
  {
    name: 'circle',
    document: flow(
      'circle',
      {
        start: onMessage,
        count: set('n', '{{ vars.n | default: 0 | plus: 1 }}'),
        more: node('core/condition', {
          condition: { match: 'all', rules: [{ field: 'vars.n', operator: 'lessThan', value: 4 }] },
        }),
        pause: delay(1),
        stop: node('core/stop', { note: 'Enough' }),
      },
      ['start.matched > count', 'count.done > more', 'more.yes > pause', 'pause.done > count', 'more.no > stop'],
    ),
    stories: [story('goes round four times', [wrote('hi')])],
  },
  {
    name: 'choices',
    document: flow(
      'choices',
      {
        start: onMessage,
        which: node('core/switch', {
          cases: [
            {
              id: 'price',
              label: 'Price',
              condition: { match: 'all', rules: [{ field: 'trigger.text', operator: 'contains', value: 'price' }] },
            },
            {
              id: 'hours',
              label: 'Hours',
              condition: { match: 'any', rules: [{ field: 'trigger.text', operator: 'contains', value: 'open' }] },
            },
          ],
        }),
        split: node('core/ab-split', {
          variants: [
            { id: 'a', label: 'A', weight: 50 },
            { id: 'b', label: 'B', weight: 50 },
          ],
        }),
        keep: node('contacts/set-field', { name: 'asked', value: '{{ trigger.text }}' }),
        carousel: node('instagram/send-carousel', {
          connection: '@shop',
          cards: [
            {
              title: 'Shoe',
              subtitle: 'KES 10',
              imageUrl: 'https://example.com/a.jpg',
              buttons: [{ kind: 'link', title: 'Buy', url: 'https://example.com' }],
            },
          ],
        }),
        tell: node('core/notify-members', { text: 'Somebody wrote {{ trigger.text }}' }),
        other: node('core/http-request', {
          method: 'GET',
          url: 'https://example.com/{{ trigger.text | url_encode }}',
          timeoutSeconds: 10,
        }),
        think: node('ai/reply', {
          persona: 'Friendly',
          knowledge: '',
          message: '',
          fallbackText: 'Thanks',
          maxSentences: 2,
          historyCount: 5,
          maxTokens: 100,
        }),
        answer: say('{{ input.text }}'),
        unreachable: say('The service cannot be reached'),
      },
      [
        'start.matched > which',
        'which.price > split',
        'which.hours > tell',
        'which.otherwise > other',
        'split.a > carousel',
        'split.b > keep',
        'tell.done > keep',
        'keep.done > think',
        'think.answered > answer',
        'think.fallback > answer',
        'other.failed > unreachable',
        'other.error > unreachable',
      ],
    ),
    stories: [
      story('a price, first seed', [wrote('price?')], { seed: 1 }),
      story('a price, another seed', [wrote('price?')], { seed: 7 }),
      story('opening hours, by AI', [wrote('when open?')], { fakes: { aiAnswers: ['At nine.'] } }),
      story('opening hours, without AI', [wrote('when open?')]),
      story('something else', [wrote('hello')]),
    ],
  },
  {
    name: 'webhook',
    document: flow(
      'webhook',
      { start: node('core/webhook', { requiredFields: ['order'] }), note: set('order', '{{ trigger.body.order }}') },
      ['start.matched > note'],
    ),
    stories: [story('a call from outside', [event('core/webhook', { body: { order: 7 }, query: {}, headers: {} })])],
  },
  {
    name: 'schedule',
    document: flow(
      'schedule',
      {
        start: node('core/schedule', { repeat: 'daily', time: '09:00', timeZone: 'UTC' }),
        note: set('at', '{{ trigger | json }}'),
      },
      ['start.matched > note'],
    ),
    stories: [story('a tick', [event('core/schedule', { scheduledFor: '2026-11-21T09:00:00.000Z', timeZone: 'UTC' })])],
  },
  {
    name: 'restart',
    document: flow(
      'restart',
      { start: onMessage, wait: delay(1), done: tag('done') },
      ['start.matched > wait', 'wait.done > done'],
      {
        contactPolicy: 'restart',
      },
    ),
    stories: [story('a new start cancels the run before', [wrote('one', 0), wrote('two', 60_000)])],
  },
];

/** A platform that says "later" so many times. */
function failing(times: number): () => undefined {
  let left = times;
  return () => {
    left -= 1;
    if (left < 0) return undefined;
    throw new FlowError('PLATFORM_UNAVAILABLE', 'Try again later.', { details: { sent: false } });
  };
}
