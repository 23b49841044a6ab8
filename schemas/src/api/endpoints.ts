import type { Endpoint } from './endpoint.ts';
import { attentionEndpoints } from './attention.ts';
import { backTestEndpoints } from './back-test.ts';
import { catalogEndpoints } from './catalog.ts';
import { connectionEndpoints } from './connections.ts';
import { flowEndpoints } from './flows.ts';
import { messagingRulesEndpoints } from './messaging-rules.ts';
import { publishingEndpoints } from './publishing.ts';
import { runEndpoints } from './runs.ts';
import { sessionEndpoints } from './session.ts';

/** The whole API by feature. */
export const api = {
  session: sessionEndpoints,
  flows: { ...flowEndpoints, ...backTestEndpoints },
  runs: runEndpoints,
  attention: attentionEndpoints,
  connections: connectionEndpoints,
  catalog: catalogEndpoints,
  publishing: publishingEndpoints,
  messagingRules: messagingRulesEndpoints,
} as const;

/** Every operation, for the router, OpenAPI and the tests that walk them all. */
export const ENDPOINTS: readonly Endpoint[] = Object.values(api).flatMap((feature) => Object.values<Endpoint>(feature));
