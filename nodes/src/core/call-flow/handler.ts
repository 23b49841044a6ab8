import { defineHandler, done, suspend } from '@heddle/engine';
import { FlowError } from '@heddle/schemas';
import { toMs } from '../../form-fields.ts';
import { callFlow } from './definition.ts';

/** Runs once to start the other flow, and once more when it has ended. */
export const callFlowHandler = defineHandler(callFlow, {
  run: ({ config, nowMs, resumed }) => {
    const { flow, inputs = {}, limit, timeout } = config;
    if (resumed?.kind === 'timedOut') return done('timeout', { flow });
    if (resumed?.kind !== 'childrenFinished')
      return suspend({
        kind: 'children',
        start: { kind: 'flow', flow },
        items: [inputs],
        concurrency: 1,
        onFailure: 'stop',
        keepsOutputs: true,
        dueAtMs: limit === true && timeout !== undefined ? nowMs + toMs(timeout) : null,
      });
    const [result] = resumed.results;
    if (result?.status === 'succeeded') return done('done', result.output ?? null);
    throw new FlowError(
      'RUN_CHILD_FAILED',
      `"${flow}" did not end well: ${result?.error?.message ?? 'its run was cancelled.'}`,
      { details: { flow, code: result?.error?.code ?? 'cancelled' } },
    );
  },
});
