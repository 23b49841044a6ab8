export * from './plugin/index.ts';
