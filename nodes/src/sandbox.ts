/** Sandboxes of the platforms: strict local stand-ins for their APIs. Server side only. */
export * from './instagram/sandbox/index.ts';
