import type { Route } from '../http/endpoint.ts';
import { draftRoutes } from './draft-routes.ts';
import { productRoutes } from './product-routes.ts';
import { scanRoutes } from './scan-routes.ts';

/** Operations catalog.*. */
export const catalogRoutes: readonly Route[] = [...scanRoutes, ...draftRoutes, ...productRoutes];
