export { systemClock, type Clock } from './clock.ts';
export type { RuntimeDeps } from './deps.ts';
export type { Ingest, IngestItem, IngestResult } from './ingest/ingest.ts';
export { createRuntimeMetrics, type RuntimeMetrics } from './metrics.ts';
export { planSend, type SendFacts, type SendPlan } from './planner/plan-send.ts';
export { createRuntime, type ManualStart, type Runtime, type RuntimeOptions } from './runtime.ts';
