import { MessagingRulesSchema } from '../messaging-rules.ts';
import { defineEndpoint } from './endpoint.ts';

/** What a workspace allows its flows to send in private. */
export const messagingRulesEndpoints = {
  get: defineEndpoint({
    id: 'messagingRules.get',
    method: 'GET',
    path: '/api/messaging-rules',
    summary: 'Quiet hours, caps and takeover of the workspace; an empty object when none are set',
    access: 'viewer',
    response: MessagingRulesSchema,
  }),
  save: defineEndpoint({
    id: 'messagingRules.save',
    method: 'PUT',
    path: '/api/messaging-rules',
    summary: 'Set quiet hours, caps and takeover as a whole; processes follow within 5 seconds',
    access: 'editor',
    body: MessagingRulesSchema,
    response: MessagingRulesSchema,
  }),
};
