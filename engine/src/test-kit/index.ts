export { createHarness, type Harness, type HarnessOptions, type NotFired } from './harness.ts';
export { type HarnessRun, type NodeRunRecord, type NodeStep, type RunStep } from './memory-host.ts';
export { runNode, type RunNodeOptions, type NodeRunReport } from './run-node.ts';
export { runFlow, type RunFlowOptions, type FlowReport } from './run-flow.ts';
export { runFlowTests, runFlowTest, type FlowTestResult } from './run-flow-tests.ts';
export { type Fakes, type World, createWorld, fakeServices, type ServiceUser } from './fake-services.ts';
export { type SentAction, textOfAction } from './sent.ts';
export { makeContact, makeEvent, type HarnessEvent } from './make-event.ts';
export { TEST_NOW_MS } from './test-time.ts';
