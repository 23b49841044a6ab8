import type { Route } from '../http/endpoint.ts';
import { backTestRoutes } from './back-test-routes.ts';
import { checkRoutes } from './check-routes.ts';
import { draftRoutes } from './draft-routes.ts';
import { versionRoutes } from './version-routes.ts';

/** Operations flows.*, nodeTypes.* and templates.*. */
export const flowRoutes: readonly Route[] = [...draftRoutes, ...versionRoutes, ...checkRoutes, ...backTestRoutes];
