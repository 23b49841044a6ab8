import { defineHandler, done, evaluateCondition } from '@heddle/engine';
import { condition } from './definition.ts';

export const conditionHandler = defineHandler(condition, {
  run: ({ config, scope }) => {
    const { passed, explanation } = evaluateCondition(config.condition, scope);
    return done(passed ? 'yes' : 'no', { result: passed, explanation });
  },
});
