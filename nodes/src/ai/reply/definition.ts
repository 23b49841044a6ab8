import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { requiredTemplateAreaField, templateAreaField, templateField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';

/** Lets a language model write an answer. It sends nothing: a message node after it does. */
export const aiReply = defineNode({
  type: 'ai/reply',
  version: 1,
  title: 'Write an answer with AI',
  summary: 'Lets AI write a short answer from your knowledge text. Send it with a message node: {{ input.text }}.',
  icon: 'sparkles',
  category: 'ai',
  effect: 'read',
  config: Type.Object(
    {
      persona: requiredTemplateAreaField({
        title: 'Who is answering',
        description: 'Role, tone and language of the answers.',
        'x-group': 'Answer',
        'x-placeholder': 'You are Asha, friendly shop assistant of Acme Shoes. Answer in the language of the customer.',
      }),
      knowledge: Type.Optional(
        templateAreaField({
          title: 'What it may know',
          description: 'Prices, opening hours, delivery. It is told to use nothing else for facts.',
          'x-group': 'Answer',
        }),
      ),
      message: Type.Optional(
        templateField({
          title: 'Message to answer',
          description: 'Left empty: what the person wrote last.',
          'x-placeholder': 'What the person wrote last',
          'x-group': 'Answer',
          'x-advanced': true,
        }),
      ),
      fallbackText: requiredTemplateAreaField({
        title: 'If AI cannot answer',
        description: 'The text that the exit "No AI answer" carries.',
        'x-group': 'If it fails',
      }),
      maxSentences: Type.Integer({
        title: 'Sentences at most',
        minimum: 1,
        maximum: 10,
        default: 2,
        'x-widget': 'number',
        'x-group': 'Limits',
      }),
      historyCount: Type.Integer({
        title: 'Earlier messages it sees',
        minimum: 0,
        maximum: 30,
        default: 5,
        'x-widget': 'number',
        'x-group': 'Limits',
      }),
      maxTokens: Type.Integer({
        title: 'Length limit in tokens',
        description: 'Bounds the cost of one answer.',
        minimum: 20,
        maximum: 4000,
        default: 300,
        'x-widget': 'number',
        'x-group': 'Limits',
        'x-advanced': true,
      }),
      saveTo: Type.Optional(
        Type.String({
          title: 'Keep as variable',
          description: 'Name to read the answer by later: {{ vars.name }}.',
          pattern: '^([a-zA-Z][a-zA-Z0-9_]{0,63})?$',
          'x-widget': 'text',
          'x-advanced': true,
        }),
      ),
    },
    { additionalProperties: false },
  ),
  ports: {
    answered: {
      title: 'Answer',
      tone: 'positive',
      output: outputSchema({
        text: ['string', 'Answer'],
        model: ['string', 'Model'],
        inputTokens: ['integer', 'Tokens read'],
        outputTokens: ['integer', 'Tokens written'],
      }),
    },
    fallback: {
      title: 'No AI answer',
      description: 'No provider is set up, or it gave no usable answer. Carries your own text.',
      tone: 'negative',
      output: outputSchema({ text: ['string', 'Your text'], reason: ['string', 'Why there is no answer'] }),
    },
  },
  services: ['ai'],
  cardText: '{{ config.persona | truncate: 80 }}',
  defaults: {
    persona: '',
    knowledge: '',
    message: '',
    fallbackText: 'Thanks for your message! We will get back to you soon.',
    maxSentences: 2,
    historyCount: 5,
    maxTokens: 300,
  },
  timeoutMs: 120_000,
});
