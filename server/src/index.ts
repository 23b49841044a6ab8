export { createLog, type Log } from './log/index.ts';
export { parseSettings, type ProcessRole, type Settings } from './settings.ts';
export { startHeddle, type Heddle, type StartOptions } from './start-heddle.ts';
export { StartupError } from './startup-error.ts';
