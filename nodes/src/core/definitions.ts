import type { NodeDefinition } from '@heddle/schemas';
import { manual } from './manual/definition.ts';
import { schedule } from './schedule/definition.ts';
import { webhook } from './webhook/definition.ts';
import { waitForReply } from './wait-for-reply/definition.ts';
import { condition } from './condition/definition.ts';
import { switchCases } from './switch/definition.ts';
import { abSplit } from './ab-split/definition.ts';
import { waitForApproval } from './wait-for-approval/definition.ts';
import { waitForEvent } from './wait-for-event/definition.ts';
import { forEach } from './for-each/definition.ts';
import { breakOut } from './break/definition.ts';
import { callFlow } from './call-flow/definition.ts';
import { merge } from './merge/definition.ts';
import { delay } from './delay/definition.ts';
import { setFields } from './set-fields/definition.ts';
import { httpRequest } from './http-request/definition.ts';
import { notifyMembers } from './notify-members/definition.ts';
import { stop } from './stop/definition.ts';

/** Node types of the plugin `core`, in palette order. Browser safe. */
export const coreDefinitions: readonly NodeDefinition[] = [
  manual,
  schedule,
  webhook,
  waitForReply,
  condition,
  switchCases,
  abSplit,
  merge,
  waitForApproval,
  waitForEvent,
  forEach,
  breakOut,
  callFlow,
  delay,
  setFields,
  httpRequest,
  notifyMembers,
  stop,
];
