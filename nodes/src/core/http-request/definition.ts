import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';

const answer = outputSchema({
  status: ['integer', 'Status'],
  json: ['any', 'Answer as data', 'Empty when the answer is no JSON'],
  body: ['string', 'Answer as text'],
  headers: ['object', 'Headers of the answer'],
});

/** Calls another service. Methods that change something are sent once and never again by themselves. */
export const httpRequest = defineNode({
  type: 'core/http-request',
  version: 1,
  title: 'Call another service',
  summary: 'Sends an HTTP request to a public web address and uses the answer.',
  icon: 'world-share',
  category: 'connect',
  effect: 'send',
  config: Type.Object(
    {
      method: Type.Enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], {
        title: 'Method',
        default: 'GET',
        'x-widget': 'select',
      }),
      url: Type.String({
        title: 'Web address',
        minLength: 1,
        maxLength: 4000,
        'x-widget': 'template',
        'x-placeholder': 'https://api.example.com/orders/{{ vars.order }}',
      }),
      headers: Type.Optional(
        Type.Array(
          Type.Object(
            {
              name: Type.String({ title: 'Name', pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$", 'x-widget': 'text' }),
              value: Type.String({ title: 'Value', maxLength: 4000, pattern: '^[^\\r\\n]*$', 'x-widget': 'template' }),
            },
            { additionalProperties: false },
          ),
          { title: 'Headers', maxItems: 30, 'x-advanced': true },
        ),
      ),
      bodyKind: Type.Optional(
        Type.Enum(['none', 'json', 'text'], {
          title: 'Body',
          default: 'none',
          'x-widget': 'select',
          'x-enum-titles': { none: 'No body', json: 'JSON', text: 'Text' },
          'x-show-if': { method: ['POST', 'PUT', 'PATCH', 'DELETE'] },
        }),
      ),
      body: Type.Optional(
        Type.String({
          title: 'Content',
          maxLength: 100_000,
          'x-widget': 'code',
          'x-show-if': { bodyKind: ['json', 'text'] },
          'x-placeholder': '{ "name": {{ contact.name | json }} }',
        }),
      ),
      timeoutSeconds: Type.Number({
        title: 'Time limit in seconds',
        minimum: 1,
        maximum: 60,
        default: 20,
        'x-widget': 'number',
        'x-advanced': true,
      }),
    },
    { additionalProperties: false },
  ),
  ports: {
    ok: { title: 'Answered', tone: 'positive', output: answer },
    failed: {
      title: 'Refused',
      description: 'The service answered with a status of 400 or more.',
      tone: 'negative',
      output: answer,
    },
  },
  services: ['http'],
  cardText: '{{ config.method }} {{ config.url | truncate: 70 }}',
  defaults: { method: 'GET', url: '', headers: [], bodyKind: 'none', timeoutSeconds: 20 },
  timeoutMs: 90_000,
});
