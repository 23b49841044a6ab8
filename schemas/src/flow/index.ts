export * from './condition.ts';
export * from './flow-document.ts';
export * from './flow-test.ts';
export * from './draft-operation.ts';
export * from './migrate-flow.ts';
