import type { FlowDocument } from '@heddle/schemas';

/** Kinds of harm that a comment can do to `POISON_FLOW`, by the word that calls it. */
export const HARMS = ['throw', 'spin', 'swell', 'circle'] as const;
export type Harm = (typeof HARMS)[number];

/** What a run must end with. */
export const HARM_CODES: Readonly<Record<Harm, readonly string[]>> = {
  throw: ['EXPRESSION_UNKNOWN_VARIABLE'],
  spin: ['EXPRESSION_LIMIT'],
  swell: ['EXPRESSION_LIMIT', 'OUTPUT_LIMIT'],
  circle: ['RUN_VISIT_LIMIT', 'RUN_NODE_LIMIT'],
};

/** Text that reads what is not there, that runs for ever, or that grows without end, as the comment says. */
const HARMFUL_TEXT =
  '{% assign t = trigger.text %}' +
  "{% if t contains 'throw' %}{{ t.nothing.here }}" +
  "{% elsif t contains 'spin' %}{% for a in (1..9999) %}{% for b in (1..9999) %}{% assign c = a | times: b %}{% endfor %}{% endfor %}" +
  "{% elsif t contains 'swell' %}{% for a in (1..64) %}{% assign t = t | append: t %}{% endfor %}{{ t }}" +
  '{% endif %}Thank you!';

/** Answers comments with the word "poison"; its template can be made to fail by what a stranger writes. */
export function poisonFlow(isFixed: boolean): FlowDocument {
  return {
    formatVersion: 1,
    name: 'Answer poison',
    connections: { shop: { platform: 'instagram', label: 'Your Instagram account' } },
    nodes: {
      asked: {
        type: 'instagram/comment-received',
        v: 1,
        config: { connection: '@shop', match: 'word', keywords: ['poison'], posts: 'any', includeReplies: false },
      },
      turn: {
        type: 'core/condition',
        v: 1,
        config: {
          condition: {
            match: 'all',
            rules: [{ field: 'trigger.text', operator: isFixed ? 'isEmpty' : 'contains', value: 'circle' }],
          },
        },
      },
      again: { type: 'core/set-fields', v: 1, config: { values: [{ name: 'times', value: 'more' }] } },
      reply: {
        type: 'instagram/reply-to-comment',
        v: 1,
        config: {
          connection: '@shop',
          variations: [isFixed ? 'Thank you!' : HARMFUL_TEXT],
          commentId: '{{ trigger.commentId }}',
        },
        retry: { attempts: 3, backoff: 'exponential', baseMs: 500 },
      },
    },
    edges: [
      { from: 'asked.matched', to: 'turn' },
      { from: 'turn.yes', to: 'again' },
      { from: 'again.done', to: 'turn' },
      { from: 'turn.no', to: 'reply' },
    ],
  };
}

/** Asks the AI before it answers comments with the word "deadly": the model's server is where the bench ends the process. */
export const DEADLY_FLOW: FlowDocument = {
  formatVersion: 1,
  name: 'Answer deadly',
  connections: { shop: { platform: 'instagram', label: 'Your Instagram account' } },
  nodes: {
    asked: {
      type: 'instagram/comment-received',
      v: 1,
      config: { connection: '@shop', match: 'word', keywords: ['deadly'], posts: 'any', includeReplies: false },
    },
    think: {
      type: 'ai/reply',
      v: 1,
      config: {
        persona: 'You are friendly.',
        knowledge: '',
        message: '{{ trigger.text }}',
        fallbackText: 'Thank you!',
        maxSentences: 2,
        historyCount: 0,
        maxTokens: 100,
      },
    },
    reply: {
      type: 'instagram/reply-to-comment',
      v: 1,
      config: { connection: '@shop', variations: ['{{ input.text }}'], commentId: '{{ trigger.commentId }}' },
    },
  },
  edges: [
    { from: 'asked.matched', to: 'think' },
    { from: 'think.answered', to: 'reply' },
  ],
};
