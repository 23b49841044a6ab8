export { lintFlow } from './lint-flow.ts';
export type { LintFacts, OtherFlow, OtherTrigger } from './facts.ts';
export { fillTriggerConfig } from './fill-trigger-config.ts';
export { orderOfFlows, type FlowInOrder, type OrderOfFlows } from './order-of-flows.ts';
