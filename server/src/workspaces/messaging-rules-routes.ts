import { isTimeZone } from '@heddle/engine';
import { FlowError } from '@heddle/schemas';
import { api } from '@heddle/schemas/api';
import { endpoint, type Route } from '../http/endpoint.ts';

/** Operations messagingRules.*. */
export const messagingRulesRoutes: readonly Route[] = [
  endpoint(api.messagingRules.get, ({ caller, deps }) => deps.runtime.rules.get(caller.workspaceId)),
  endpoint(api.messagingRules.save, async ({ body, caller, deps }) => {
    const timeZone = body.quietHours?.timeZone;
    if (timeZone !== undefined && !isTimeZone(timeZone))
      throw new FlowError(
        'REQUEST_INVALID',
        `quietHours.timeZone: "${timeZone}" is no time zone. Use a name such as Africa/Nairobi.`,
      );
    await deps.runtime.rules.save(caller.workspaceId, body);
    return body;
  }),
];
