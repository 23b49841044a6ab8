import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { connectionField, durationField, templateAreaField } from '../../form-fields.ts';
import { BASIC_SCOPE, MESSAGES_SCOPE } from '../../instagram/scopes.ts';
import { outputSchema } from '../../output-schema.ts';
import { portIdField } from '../port-id-field.ts';

/** What kind of answer is expected. */
export const REPLY_KINDS = ['text', 'choice', 'email', 'phone', 'number', 'date'] as const;
export type ReplyKind = (typeof REPLY_KINDS)[number];

/** An answer to choose. `id` names the port. */
export const ChoiceSchema = Type.Object(
  {
    id: portIdField(['answered', 'invalid', 'timeout']),
    label: Type.String({
      minLength: 1,
      maxLength: 80,
      title: 'Label',
      description: 'Shown as a quick reply; the first 20 characters are seen.',
    }),
    keywords: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        title: 'Words that mean the same',
        maxItems: 30,
        'x-widget': 'keywords',
      }),
    ),
  },
  { additionalProperties: false },
);

const answerFields = {
  value: ['any', 'Answer', 'Checked and put into one form: number, date as 2026-11-30, phone as +254712345678'],
  text: ['string', 'Answer as written'],
  choice: ['string', 'Id of the chosen answer'],
  tries: ['integer', 'Number of answers it took'],
} as const;

/** Asks (if it has a question), parks the run until the person writes, checks the answer. */
export const waitForReply = defineNode({
  type: 'core/wait-for-reply',
  version: 1,
  title: 'Ask and wait for the answer',
  summary: 'Asks a question, waits until the person answers, checks the answer and asks again if it does not fit.',
  icon: 'message-question',
  category: 'logic',
  effect: 'send',
  config: Type.Object(
    {
      connection: connectionField('The account that asks and is answered.'),
      question: Type.Optional(
        templateAreaField({
          title: 'Question',
          description: 'Leave empty when a message before this one asks.',
          'x-max-bytes': 1000,
          'x-group': 'Question',
        }),
      ),
      kind: Type.Enum([...REPLY_KINDS], {
        title: 'Answer',
        default: 'text',
        'x-widget': 'select',
        'x-group': 'Question',
        'x-enum-titles': {
          text: 'Any text',
          choice: 'One of several answers',
          email: 'E-mail address',
          phone: 'Phone number',
          number: 'Number',
          date: 'Date',
        },
      }),
      choices: Type.Optional(
        Type.Array(ChoiceSchema, {
          title: 'Answers',
          description: 'Each has an exit of its own.',
          maxItems: 13,
          'x-widget': 'choices',
          'x-group': 'Question',
          'x-show-if': { kind: 'choice' },
        }),
      ),
      dateOrder: Type.Optional(
        Type.Enum(['dayFirst', 'monthFirst'], {
          title: 'Dates such as 3/4 mean',
          default: 'dayFirst',
          'x-widget': 'select',
          'x-group': 'Question',
          'x-show-if': { kind: 'date' },
          'x-enum-titles': { dayFirst: '3 April', monthFirst: 'March 4' },
        }),
      ),
      countryCode: Type.Optional(
        Type.String({
          title: 'Country code',
          description:
            'Put before numbers that are written without one, such as 0712 345678. Empty: the person must write it.',
          pattern: '^(\\+[1-9][0-9]{0,3})?$',
          'x-widget': 'text',
          'x-placeholder': '+254',
          'x-group': 'Question',
          'x-show-if': { kind: 'phone' },
        }),
      ),
      reask: Type.Optional(
        templateAreaField({
          title: 'When the answer does not fit, say',
          'x-max-bytes': 1000,
          'x-group': 'If it does not fit',
          'x-placeholder': 'Sorry, I did not get that. Please write …',
        }),
      ),
      maxTries: Type.Integer({
        title: 'Answers allowed',
        description: 'After so many that do not fit it leaves by "Does not fit".',
        minimum: 1,
        maximum: 10,
        default: 3,
        'x-widget': 'number',
        'x-group': 'If it does not fit',
      }),
      timeout: durationField({
        title: 'Wait at most',
        description: 'Counts from the last question. After 24 hours no message can follow.',
        default: { amount: 23, unit: 'hours' },
        'x-group': 'No answer',
      }),
      saveTo: Type.Enum(['nothing', 'field', 'variable'], {
        title: 'Keep the answer',
        default: 'nothing',
        'x-widget': 'select',
        'x-group': 'Keep',
        'x-enum-titles': {
          nothing: 'Only for the next nodes',
          field: 'In a field of the contact',
          variable: 'In a variable of this run',
        },
      }),
      saveName: Type.Optional(
        Type.String({
          title: 'Name',
          pattern: '^([a-zA-Z][a-zA-Z0-9_]{0,63})?$',
          'x-widget': 'text',
          'x-placeholder': 'email',
          'x-group': 'Keep',
          'x-show-if': { saveTo: ['field', 'variable'] },
        }),
      ),
      mergeSeconds: Type.Number({
        title: 'Wait for the rest',
        description:
          'People write one answer in several messages. What comes within this many seconds counts as one. Tapped answers do not wait.',
        minimum: 0,
        maximum: 60,
        default: 3,
        'x-widget': 'number',
        'x-advanced': true,
      }),
    },
    { additionalProperties: false },
  ),
  ports: {
    answered: {
      title: 'Answered',
      tone: 'positive',
      description: 'The answer fits. With "one of several answers" each answer has its own exit instead.',
      output: outputSchema(answerFields),
    },
    invalid: {
      title: 'Does not fit',
      tone: 'negative',
      description: 'Too many answers that do not fit.',
      output: outputSchema({ text: ['string', 'Last answer'], tries: ['integer', 'Number of answers'] }),
    },
    timeout: {
      title: 'No answer',
      tone: 'negative',
      description: 'Nobody answered in time.',
      output: outputSchema({ waitedMs: ['integer', 'Milliseconds waited'] }),
    },
  },
  portsFrom: { path: 'choices', idKey: 'id', titleKey: 'label', output: outputSchema(answerFields) },
  connections: [{ field: 'connection', platform: 'instagram', scopes: [BASIC_SCOPE, MESSAGES_SCOPE] }],
  services: ['contacts'],
  lint: { waitsForReply: true, waitsUpToMs: 82_800_000, opensWindow: true },
  cardText:
    "{% if config.question and config.question != '' %}{{ config.question | truncate: 70 }}{% else %}Waits for an answer{% endif %} · {{ config.kind }}",
  preview: 'message',
  defaults: {
    question: '',
    kind: 'text',
    choices: [],
    reask: '',
    maxTries: 3,
    timeout: { amount: 23, unit: 'hours' },
    saveTo: 'nothing',
    mergeSeconds: 3,
  },
  timeoutMs: 60_000,
});
