import { defineHandler, done, evaluateCondition } from '@heddle/engine';
import { switchCases } from './definition.ts';

export const switchHandler = defineHandler(switchCases, {
  run: ({ config, scope }) => {
    const fitting = config.cases.find((entry) => evaluateCondition(entry.condition, scope).passed);
    return fitting === undefined
      ? done('otherwise', { case: null, label: null })
      : done(fitting.id, { case: fitting.id, label: fitting.label });
  },
});
