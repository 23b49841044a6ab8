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
  attention: ['attention'] as const,
  approvals: ['approvals'] as const,
  approvalList: ['approvals', 'open'] as const,
  decisions: ['approvals', 'decisions'] as const,
  notices: ['notices'] as const,
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
        // Whatever waits for a member begins and ends with a change of its run; a run may also leave a note.
        add(queryKeys.approvals);
        add(queryKeys.attention);
        add(queryKeys.notices);
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
        add(queryKeys.attention);
        add(queryKeys.notices);
        break;
      case 'outbox':
        add(queryKeys.outbox);
        add(queryKeys.attention);
        add(queryKeys.notices);
        if (change.runId !== null) add(queryKeys.run(change.runId));
        break;
      case 'post':
        add(queryKeys.posts);
        add(queryKeys.publishingLimits);
        break;
      case 'connection':
        add(queryKeys.connections);
        add(queryKeys.attention);
        add(queryKeys.notices);
        break;
    }
  }
  return [...keys.values()];
}

/** Things on every page, whatever is open: in a busy workspace they would be asked for several times a second. */
const ON_EVERY_PAGE: readonly (readonly unknown[])[] = [queryKeys.attention, queryKeys.notices, queryKeys.approvals];

/** True for what is shown on every page and so is refreshed less often. */
export function isOnEveryPage(key: readonly unknown[]): boolean {
  return ON_EVERY_PAGE.some(([feature]) => feature === key[0]);
}
