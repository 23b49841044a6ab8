/** The planner is the engine's, as worker, simulation and back-test decide by the same rules. */
export { MESSAGE_WINDOW_MS, planSend, PRIVATE_REPLY_WINDOW_MS, type SendFacts, type SendPlan } from '@heddle/engine';
