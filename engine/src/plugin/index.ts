export * from './define-node.ts';
export * from './define-handler.ts';
export * from './define-platform.ts';
export * from './field-options.ts';
export * from './http-service.ts';
export * from './registry.ts';
