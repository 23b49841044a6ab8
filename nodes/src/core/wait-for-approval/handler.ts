import { defineHandler, done, suspend } from '@heddle/engine';
import { toMs } from '../../form-fields.ts';
import { waitForApproval } from './definition.ts';

/** Runs once to ask, and once more with the decision. Members see what the node before it put out. */
export const waitForApprovalHandler = defineHandler(waitForApproval, {
  run: ({ config, input, nowMs, resumed, memo }) => {
    if (resumed?.kind === 'decided')
      return done(resumed.decision, { by: resumed.by ?? null, note: resumed.note ?? null });
    if (resumed?.kind === 'timedOut') return done('timeout', { waitedMs: Math.max(0, nowMs - Number(memo ?? nowMs)) });
    const { title, text, timeout } = config;
    return suspend({ kind: 'approval', title, text, data: input, dueAtMs: nowMs + toMs(timeout) }, nowMs);
  },
});
