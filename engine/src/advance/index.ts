export { advance } from './advance.ts';
export type { Advance } from './draft.ts';
export { startSnapshot, snapshotBytes } from './start-snapshot.ts';
export { LIMITS } from './limits.ts';
export { randomFor, stickyRandom, hashToUnit } from './random.ts';
export { jsonBytes, findJsonBytes } from './json-size.ts';
export { MAX_ATTEMPTS_AFTER } from './retry-or-fail.ts';
export { childSnapshot, startOfChild, toChildFinished } from './child-run.ts';
