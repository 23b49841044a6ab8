import { defineNode } from '@heddle/engine';
import type { JsonValue } from '@heddle/schemas';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';

/** Runs the nodes behind "Each" once per item, each in a run of its own. */
export const forEach = defineNode({
  type: 'core/for-each',
  version: 1,
  title: 'For each',
  summary: 'Goes through a list: what follows "Each item" runs once per item, then the flow goes on at "Done".',
  icon: 'repeat',
  category: 'logic',
  effect: 'pure',
  config: Type.Object(
    {
      items: Type.Array(Type.Unsafe<JsonValue>({}), {
        title: 'List',
        description: 'A list of at most 1,000 items, such as the posts that a node before this one found.',
        maxItems: 1000,
        'x-widget': 'json',
        'x-placeholder': '{{ nodes.scan.media }}',
      }),
      concurrency: Type.Integer({
        title: 'Items at a time',
        description: 'More is faster; one at a time keeps the order.',
        minimum: 1,
        maximum: 100,
        default: 1,
        'x-widget': 'number',
      }),
      onFailure: Type.Enum(['stop', 'collect'], {
        title: 'When an item fails',
        default: 'collect',
        'x-widget': 'select',
        'x-enum-titles': { stop: 'stop and fail', collect: 'go on with the others' },
      }),
      collects: Type.Boolean({
        title: 'Keep what each item put out',
        description: 'All together at most 64 KiB. Off: only the numbers and the first failures are kept.',
        default: false,
        'x-widget': 'switch',
      }),
    },
    { additionalProperties: false },
  ),
  ports: {
    done: {
      title: 'Done',
      description: 'Every item had its turn, or one of them said to leave.',
      tone: 'positive',
      output: outputSchema({
        total: ['integer', 'Number of items'],
        succeeded: ['integer', 'Items that went well'],
        failed: ['integer', 'Items that failed'],
        isBroken: ['boolean', 'Left before the end'],
        results: ['array', 'One entry per item that is kept', 'With index, status, output and error'],
      }),
    },
    each: {
      title: 'Each item',
      description: 'Leads to what is done with one item. A line back to this node is not needed.',
      output: outputSchema({
        item: ['any', 'Item'],
        index: ['integer', 'Place in the list, from 0'],
        number: ['integer', 'Place in the list, from 1'],
        count: ['integer', 'Number of items'],
      }),
    },
  },
  bodyPort: 'each',
  hostNeeds: ['children'],
  cardText: '{{ config.concurrency }} at a time',
  defaults: { items: [], concurrency: 1, onFailure: 'collect', collects: false },
});
