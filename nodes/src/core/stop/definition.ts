import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';

/** Ends the run, on every path that is under way. */
export const stop = defineNode({
  type: 'core/stop',
  version: 1,
  title: 'Stop',
  summary: 'Ends the run here, with a note for the run list if you like.',
  icon: 'player-stop',
  category: 'logic',
  effect: 'pure',
  config: Type.Object(
    {
      note: Type.Optional(
        Type.String({
          title: 'Note',
          description: 'Shown with the run.',
          maxLength: 200,
          'x-widget': 'template',
          'x-placeholder': 'Not interested',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  ports: {},
  lint: { endsRun: true },
  cardText: '{{ config.note }}',
  defaults: { note: '' },
});
