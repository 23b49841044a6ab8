export * from './plugin/index.ts';
export * from './expressions/index.ts';
export * from './compile/index.ts';
export * from './advance/index.ts';
export * from './drive/index.ts';
export * from './conditions.ts';
export * from './text/index.ts';
export * from './drafts/index.ts';
