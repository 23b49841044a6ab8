export {
  prepareNodeRun,
  resolveConfig,
  fillInputs,
  type PreparedNodeRun,
  type RunContext,
  type RunFacts,
  type RunNodeEffect,
  type HandlerServices,
} from './prepare-node-run.ts';
export { toRunEvent, type NodeOutcome } from './to-run-event.ts';
export { driveNode, callNode, type NodeHost, type Deadline } from './drive-node.ts';
export { matchTriggers, type MatchFacts, type TriggerOutcome } from './match-triggers.ts';
export { decideStart, type StartDecision, type StartFacts } from './decide-start.ts';
export { isReply, toReply } from './reply.ts';
