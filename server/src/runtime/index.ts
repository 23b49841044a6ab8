export { systemClock, type Clock } from './clock.ts';
export { createDatabaseClock } from './database-clock.ts';
export type { RuntimeDeps } from './deps.ts';
export type { Ingest, IngestItem, IngestResult } from './ingest/ingest.ts';
export { createRuntimeMetrics, type RuntimeMetrics } from './metrics.ts';
export { planSend, type SendFacts, type SendPlan } from './planner/plan-send.ts';
export { createRuntime, type Runtime, type RuntimeOptions } from './runtime.ts';
export { syncTriggers } from './schedule/sync-triggers.ts';
export { startManual, type ManualStart } from './ingest/start-manual.ts';
