import { defineHandler, done, suspend } from '@heddle/engine';
import { toMs } from '../../form-fields.ts';
import { merge } from './definition.ts';

const PORTS = { enough: 'merged', noMore: 'incomplete', timedOut: 'timeout' } as const;

/** Runs once per path that comes, and once more when the engine says that they are together. */
export const mergeHandler = defineHandler(merge, {
  run: ({ config, nowMs, resumed }) => {
    if (resumed?.kind === 'joined')
      return done(PORTS[resumed.end], { inputs: resumed.inputs, count: resumed.inputs.length });
    const { mode, count = 2, limit, timeout } = config;
    const need = mode === 'all' ? 'all' : mode === 'first' ? 1 : count;
    const isLimited = mode !== 'first' && limit === true && timeout !== undefined;
    return suspend({ kind: 'join', need, dueAtMs: isLimited ? nowMs + toMs(timeout) : null });
  },
});
