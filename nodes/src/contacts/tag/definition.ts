import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';

const tagList = (title: string, placeholder: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 60 }), {
    title,
    maxItems: 20,
    'x-widget': 'keywords',
    'x-options': true,
    'x-placeholder': placeholder,
  });

/** Adds tags to the person, or takes them away. */
export const tag = defineNode({
  type: 'contacts/tag',
  version: 1,
  title: 'Tag the person',
  summary: 'Adds tags to the person, or takes tags away.',
  icon: 'tag',
  category: 'data',
  effect: 'pure',
  config: Type.Object(
    {
      add: Type.Optional(tagList('Add these tags', 'interested')),
      remove: Type.Optional(tagList('Take these tags away', 'new')),
    },
    { additionalProperties: false },
  ),
  ports: {
    done: {
      title: 'Done',
      output: outputSchema({ added: ['array', 'Tags added'], removed: ['array', 'Tags taken away'] }),
    },
  },
  services: ['contacts'],
  cardText:
    "{% if config.add.size > 0 %}+ {{ config.add | join: ', ' }}{% endif %}{% if config.remove.size > 0 %} − {{ config.remove | join: ', ' }}{% endif %}",
  defaults: { add: [], remove: [] },
});
