import { sessionRoutes } from '../accounts/session-routes.ts';
import { catalogRoutes } from '../catalog/index.ts';
import { connectionRoutes } from '../connections/connection-routes.ts';
import { contactRoutes } from '../contacts/contact-routes.ts';
import { eventRoutes } from '../events/event-routes.ts';
import { flowRoutes } from '../flows/index.ts';
import { postRoutes } from '../publishing/index.ts';
import { attentionRoutes } from '../workspaces/attention-routes.ts';
import { approvalRoutes, outboxRoutes, runRoutes } from '../runs/index.ts';
import { messagingRulesRoutes } from '../workspaces/messaging-rules-routes.ts';
import type { Route } from './endpoint.ts';

/** Every operation of the contract, by feature. A test compares it with the contract. */
export const allRoutes: readonly Route[] = [
  ...sessionRoutes,
  ...messagingRulesRoutes,
  ...flowRoutes,
  ...runRoutes,
  ...approvalRoutes,
  ...attentionRoutes,
  ...eventRoutes,
  ...outboxRoutes,
  ...connectionRoutes,
  ...contactRoutes,
  ...catalogRoutes,
  ...postRoutes,
];
