/** The form of a test case as a JSON Schema with hints, for the flow that it tests. No React. */
import type { FlowDocument, JsonObject } from '@heddle/schemas';
import { portsOfNode, titleOfNode } from '../model/graph.ts';
import type { NodeCatalog } from '../model/node-catalog.ts';
import { EVENT_KINDS } from './event-kinds.ts';

const duration = (title: string, hints: JsonObject = {}): JsonObject => ({
  type: 'object',
  title,
  'x-widget': 'duration',
  default: { amount: 1, unit: 'hours' },
  properties: {
    amount: { type: 'number', title: 'Amount', minimum: 0 },
    unit: { enum: ['seconds', 'minutes', 'hours', 'days'], title: 'Unit' },
  },
  ...hints,
});

const WHEN: JsonObject = {
  enum: ['rest', 'after'],
  title: 'When',
  default: 'rest',
  'x-widget': 'select',
  'x-enum-titles': { rest: 'When all is quiet', after: 'After a time' },
  description: 'Quiet: nothing goes on but waiting for the person.',
  'x-advanced': true,
};

const MORE: JsonObject = {
  title: 'Other data',
  description: 'What the platform says besides, as JSON.',
  'x-widget': 'json',
  'x-advanced': true,
};

/** Kinds of what is sent, with the words for them. */
const SENT_KINDS = {
  message: 'Message',
  commentReply: 'Public reply to a comment',
  privateReply: 'Message to a commenter',
  text: 'Message: text',
  buttons: 'Message: text with buttons',
  carousel: 'Message: carousel',
  image: 'Message: picture',
  video: 'Message: video',
  audio: 'Message: sound',
  http: 'Call of another system',
} as const;

/** Schema of what `toCaseForm` gives. */
export function caseSchema(document: FlowDocument, catalog: NodeCatalog): JsonObject {
  const inputs = Object.entries(document.inputs ?? {});
  return {
    type: 'object',
    required: ['events', 'expect'],
    properties: {
      events: {
        type: 'array',
        title: 'What happens',
        'x-widget': 'parts',
        'x-add-label': 'Add what happens',
        minItems: 1,
        items: { anyOf: eventSchemas() },
      },
      expect: {
        type: 'array',
        title: 'What must be seen',
        description: 'The messages named here must be all that are sent, in this order.',
        'x-widget': 'parts',
        'x-add-label': 'Add what must be seen',
        minItems: 1,
        items: { anyOf: expectationSchemas(document, catalog) },
      },
      contact: contactSchema(),
      ...(inputs.length === 0
        ? {}
        : {
            inputs: {
              type: 'object',
              title: 'Inputs of the flow',
              'x-widget': 'group',
              'x-advanced': true,
              properties: Object.fromEntries(
                inputs.map(([name, input]) => [
                  name,
                  {
                    type: input.type === 'number' || input.type === 'boolean' ? input.type : 'string',
                    title: input.label,
                    ...(input.type === 'number' || input.type === 'boolean' ? {} : { 'x-widget': 'text' }),
                    'x-placeholder': String(input.default ?? ''),
                  },
                ]),
              ),
            },
          }),
      aiAnswers: {
        type: 'array',
        title: 'What AI answers, in order',
        description: 'None: as if no AI were set up.',
        items: { type: 'string' },
        'x-widget': 'list-of-templates',
        'x-advanced': true,
      },
      reads: {
        title: 'What the platform answers when it is asked',
        description: 'By name, a list of answers in order, as JSON.',
        'x-widget': 'json',
        'x-advanced': true,
      },
    },
  };
}

function eventSchemas(): JsonObject[] {
  const known = EVENT_KINDS.map(({ kind, title, fields, hasMore }): JsonObject => ({
    type: 'object',
    title,
    required: ['kind'],
    properties: {
      kind: { const: kind },
      ...Object.fromEntries(fields.map((field) => [field.name, field.schema])),
      ...(kind === 'time'
        ? { wait: duration('How long') }
        : { when: WHEN, wait: duration('After', { 'x-show-if': { when: 'after' }, 'x-advanced': true }) }),
      ...(hasMore ? { more: MORE } : {}),
    },
  }));
  const other: JsonObject = {
    type: 'object',
    title: 'Something else',
    required: ['kind'],
    properties: {
      kind: { const: 'other' },
      eventKind: { type: 'string', title: 'Kind of event', 'x-widget': 'text', 'x-placeholder': 'platform/event' },
      when: WHEN,
      wait: duration('After', { 'x-show-if': { when: 'after' }, 'x-advanced': true }),
      more: { ...MORE, title: 'Data', 'x-advanced': false },
    },
  };
  return [...known, other];
}

function expectationSchemas(document: FlowDocument, catalog: NodeCatalog): JsonObject[] {
  const text = (title: string, hints: JsonObject = {}): JsonObject => ({
    type: 'string',
    title,
    'x-widget': 'text',
    ...hints,
  });
  const senders = Object.entries(document.nodes).filter(([, node]) => catalog.find(node.type)?.effect === 'send');
  const shape = (what: string, title: string, properties: JsonObject): JsonObject => ({
    type: 'object',
    title,
    required: ['what', ...Object.keys(properties).filter((name) => ['port', 'tag', 'runs', 'status'].includes(name))],
    properties: { what: { const: what }, ...properties },
  });
  const ports = Object.entries(document.nodes).flatMap(([id, node]) =>
    portsOfNode(catalog.find(node.type), node.config).map((port) => ({
      value: `${id}.${port.name}`,
      label: `${titleOfNode(node, catalog)}: ${port.title}`,
    })),
  );
  const choice = (title: string, options: readonly { value: string; label: string }[]): JsonObject => ({
    enum: options.map(({ value }) => value),
    'x-enum-titles': options.map(({ label }) => label),
    title,
    'x-widget': 'select',
  });
  return [
    shape('sent', 'A message is sent', {
      text: text('With exactly this text', { 'x-widget': 'text', 'x-placeholder': 'Any text' }),
      contains: text('Or with these words in it', { 'x-placeholder': 'Any words' }),
      kind: choice(
        'Kind',
        Object.entries(SENT_KINDS).map(([value, label]) => ({ value, label })),
      ),
      node: choice(
        'From',
        senders.map(([id, node]) => ({ value: id, label: titleOfNode(node, catalog) })),
      ),
    }),
    shape('port', 'The run leaves by an exit', { port: choice('Exit', ports) }),
    shape('tag', 'The person has a tag', { tag: text('Tag') }),
    shape('field', 'A field of the person has a value', { field: text('Field'), value: text('Value') }),
    shape('runs', 'So many runs start', { runs: { type: 'integer', title: 'Runs', minimum: 0, default: 1 } }),
    shape('status', 'In the end the run …', {
      status: {
        enum: ['succeeded', 'waiting', 'failed', 'cancelled'],
        'x-enum-titles': ['has come to its end', 'is waiting', 'has failed', 'was cancelled'],
        title: 'The run',
        default: 'succeeded',
        'x-widget': 'select',
      },
    }),
    shape('record', 'A record is kept', {
      collection: text('Collection', { 'x-placeholder': 'catalog/draft' }),
      has: { title: 'With these values', 'x-widget': 'json' },
    }),
  ];
}

function contactSchema(): JsonObject {
  const text = (title: string): JsonObject => ({ type: 'string', title, 'x-widget': 'text' });
  return {
    type: 'object',
    title: 'Who it is',
    'x-widget': 'group',
    'x-advanced': true,
    properties: {
      firstName: text('First name'),
      username: text('User name'),
      language: text('Language'),
      timeZone: text('Time zone'),
      isFollower: { type: 'boolean', title: 'Follows you', 'x-widget': 'switch' },
      tags: { type: 'array', title: 'Tags', items: { type: 'string' }, 'x-widget': 'keywords' },
      fields: { title: 'Fields', 'x-widget': 'record', type: 'object', additionalProperties: { type: 'string' } },
    },
  };
}
