export * from './run-snapshot.ts';
export * from './run-event.ts';
