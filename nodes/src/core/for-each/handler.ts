import { defineHandler, done, suspend } from '@heddle/engine';
import { FlowError } from '@heddle/schemas';
import { forEach } from './definition.ts';

/** Runs once to hand the list to the engine, and once more when all child runs have ended. */
export const forEachHandler = defineHandler(forEach, {
  run: ({ config, resumed }) => {
    const { items, concurrency, onFailure, collects } = config;
    if (resumed?.kind !== 'childrenFinished')
      return suspend({
        kind: 'children',
        start: { kind: 'body' },
        items,
        concurrency,
        onFailure,
        keepsOutputs: collects,
        dueAtMs: null,
      });
    const { total, succeeded, failed, isBroken, results } = resumed;
    const failure = results.find((result) => result.status !== 'succeeded');
    if (onFailure === 'stop' && failure !== undefined && !isBroken)
      throw new FlowError(
        'RUN_CHILD_FAILED',
        `Item ${failure.index + 1} of ${total} failed: ${failure.error?.message ?? 'its run was cancelled.'}`,
        { details: { index: failure.index, code: failure.error?.code ?? failure.status } },
      );
    return done('done', { total, succeeded, failed, isBroken, results });
  },
});
