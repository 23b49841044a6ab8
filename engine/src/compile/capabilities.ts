/**
 * Parts of the language that a host has to take part in: child runs (`for-each`, `call-flow`), decisions of members, named events
 * from outside, and starts that wait for their turn. A host names those it carries out; a flow that needs another one is refused.
 */
export const RUNTIME_CAPABILITIES = ['children', 'approval', 'event', 'queue'] as const;
export type RuntimeCapability = (typeof RUNTIME_CAPABILITIES)[number];

/** What each is called before people. */
export const CAPABILITY_NAMES: Readonly<Record<RuntimeCapability, string>> = {
  children: 'runs inside a run',
  approval: 'waiting for an approval',
  event: 'waiting for a named event',
  queue: 'starts that wait for their turn',
};
