import type { NodeHandler } from '@heddle/engine';
import { manualHandler } from './manual/handler.ts';
import { scheduleHandler } from './schedule/handler.ts';
import { webhookHandler } from './webhook/handler.ts';
import { waitForReplyHandler } from './wait-for-reply/handler.ts';
import { conditionHandler } from './condition/handler.ts';
import { switchHandler } from './switch/handler.ts';
import { abSplitHandler } from './ab-split/handler.ts';
import { waitForApprovalHandler } from './wait-for-approval/handler.ts';
import { waitForEventHandler } from './wait-for-event/handler.ts';
import { forEachHandler } from './for-each/handler.ts';
import { breakOutHandler } from './break/handler.ts';
import { callFlowHandler } from './call-flow/handler.ts';
import { mergeHandler } from './merge/handler.ts';
import { delayHandler } from './delay/handler.ts';
import { setFieldsHandler } from './set-fields/handler.ts';
import { httpRequestHandler } from './http-request/handler.ts';
import { notifyMembersHandler } from './notify-members/handler.ts';
import { stopHandler } from './stop/handler.ts';

/** Code of the plugin `core`. */
export const coreHandlers: readonly NodeHandler[] = [
  manualHandler,
  scheduleHandler,
  webhookHandler,
  waitForReplyHandler,
  conditionHandler,
  switchHandler,
  abSplitHandler,
  mergeHandler,
  waitForApprovalHandler,
  waitForEventHandler,
  forEachHandler,
  breakOutHandler,
  callFlowHandler,
  delayHandler,
  setFieldsHandler,
  httpRequestHandler,
  notifyMembersHandler,
  stopHandler,
];
