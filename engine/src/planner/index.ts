export {
  MESSAGE_WINDOW_MS,
  planSend,
  PRIVATE_REPLY_WINDOW_MS,
  type SendContact,
  type SendFacts,
  type SendPlan,
} from './plan-send.ts';
export { ANSWER_GRACE_MS, quietUntilMs } from './quiet-hours.ts';
