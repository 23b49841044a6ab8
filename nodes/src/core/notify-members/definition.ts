import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { requiredTemplateAreaField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';

/** Puts a note before the members of the workspace. */
export const notifyMembers = defineNode({
  type: 'core/notify-members',
  version: 1,
  title: 'Notify my team',
  summary: 'Shows a note to the members of your workspace.',
  icon: 'bell-ringing',
  category: 'connect',
  effect: 'read',
  config: Type.Object(
    { text: requiredTemplateAreaField({ title: 'Note', 'x-placeholder': 'New lead: {{ contact.username }}' }) },
    { additionalProperties: false },
  ),
  ports: { done: { title: 'Done', output: outputSchema({ text: ['string', 'Text of the note'] }) } },
  services: ['members'],
  cardText: '{{ config.text | truncate: 80 }}',
  defaults: { text: '' },
});
