import { sessionRoutes } from '../accounts/session-routes.ts';
import { connectionRoutes } from '../connections/connection-routes.ts';
import { flowRoutes } from '../flows/index.ts';
import type { Route } from './endpoint.ts';

/** Every operation of the contract, by feature. A test compares it with the contract. */
export const allRoutes: readonly Route[] = [...sessionRoutes, ...flowRoutes, ...connectionRoutes];
