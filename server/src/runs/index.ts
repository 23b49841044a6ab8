export { approvalRoutes } from './approval-routes.ts';
export { readFlowStats, readRecentCounts } from './flow-numbers.ts';
export { outboxRoutes } from './outbox-routes.ts';
export { runRoutes } from './run-routes.ts';
