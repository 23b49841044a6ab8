export * from './endpoint.ts';
export * from './session.ts';
export * from './flows.ts';
export * from './runs.ts';
export * from './connections.ts';
export * from './live.ts';
export * from './endpoints.ts';
export * from './openapi.ts';
