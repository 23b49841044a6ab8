export { MESSAGE_WINDOW_MS, planSend, PRIVATE_REPLY_WINDOW_MS, type SendFacts, type SendPlan } from './plan-send.ts';
