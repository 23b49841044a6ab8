import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';

/** Leaves the loop whose body it stands in. */
export const breakOut = defineNode({
  type: 'core/break',
  version: 1,
  title: 'Leave the loop',
  summary: 'Ends "For each" before its list is through; the flow goes on at "Done". Outside a loop it ends the run.',
  icon: 'door-exit',
  category: 'logic',
  effect: 'pure',
  config: Type.Object({}, { additionalProperties: false }),
  ports: {},
  lint: { endsRun: true },
  cardText: 'Goes on at "Done"',
});
