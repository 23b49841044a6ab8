import type { LiveChange } from '@heddle/schemas/api';

/** Names of what React Query caches. The first part is the feature, so that one live change can refresh a whole feature. */
export const queryKeys = {
  session: ['session'] as const,
  apiKeys: ['api-keys'] as const,
  flows: ['flows'] as const,
  flowList: (filter: object) => ['flows', 'list', filter] as const,
  flow: (id: string) => ['flows', 'one', id] as const,
  flowStats: (id: string, days: number) => ['flows', 'stats', id, days] as const,
  flowVersions: (id: string) => ['flows', 'versions', id] as const,
  templates: ['templates'] as const,
  nodeTypes: ['node-types'] as const,
  runs: ['runs'] as const,
  runList: (filter: object) => ['runs', 'list', filter] as const,
  run: (id: string) => ['runs', 'one', id] as const,
  events: ['events'] as const,
  eventList: (filter: object) => ['events', 'list', filter] as const,
  outbox: ['outbox'] as const,
  outboxList: (filter: object) => ['outbox', 'list', filter] as const,
  contacts: ['contacts'] as const,
  contactList: (filter: object) => ['contacts', 'list', filter] as const,
  contact: (id: string) => ['contacts', 'one', id] as const,
  posts: ['posts'] as const,
  postList: (filter: object) => ['posts', 'list', filter] as const,
  publishingLimits: ['publishing-limits'] as const,
  connections: ['connections'] as const,
  media: (connectionId: string) => ['connections', 'media', connectionId] as const,
};

/**
 * Which cached things a batch of live changes makes stale: each key once.
 * An open draft is not among them: the flow editor follows `flow` changes itself, with its own revision check.
 */
export function staleKeys(changes: readonly LiveChange[]): readonly (readonly unknown[])[] {
  const keys = new Map<string, readonly unknown[]>();
  const add = (key: readonly unknown[]) => keys.set(JSON.stringify(key), key);
  for (const change of changes) {
    switch (change.kind) {
      case 'run':
        add(queryKeys.run(change.id));
        add(['runs', 'list']);
        add(['flows', 'list']);
        add(['flows', 'stats', change.flowId]);
        break;
      case 'node':
        add(queryKeys.run(change.runId));
        add(['flows', 'stats', change.flowId]);
        break;
      case 'flow':
        add(['flows', 'list']);
        add(queryKeys.flowVersions(change.id));
        break;
      case 'event':
        add(queryKeys.events);
        add(queryKeys.contacts);
        break;
      case 'outbox':
        add(queryKeys.outbox);
        if (change.runId !== null) add(queryKeys.run(change.runId));
        break;
      case 'post':
        add(queryKeys.posts);
        add(queryKeys.publishingLimits);
        break;
      case 'connection':
        add(queryKeys.connections);
        break;
    }
  }
  return [...keys.values()];
}
