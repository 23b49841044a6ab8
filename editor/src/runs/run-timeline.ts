import type { NodeRunView, OutboxView, RunView } from '@heddle/schemas/api';

/** One visit of a node in the list beside the canvas: its tries, what it sent and what it waits for. */
export interface TimelineEntry {
  /** Stays the same while the visit goes on. */
  readonly key: string;
  readonly node: string;
  readonly type: string;
  readonly visit: number;
  /** In the order in which they began; at least one. */
  readonly tries: readonly NodeRunView[];
  /** The newest try: how the visit stands. */
  readonly last: NodeRunView;
  readonly messages: readonly OutboxView[];
  readonly wait: RunView['waits'][number] | null;
}

/**
 * Visits of nodes in the order in which they began, each with its tries and messages (a message belongs to the last visit of its node that
 * began before the message was settled) and, for the newest visit of a waiting node, the wait.
 */
export function toTimeline(run: Pick<RunView, 'nodes' | 'outbox' | 'waits'>): TimelineEntry[] {
  const ordered = run.nodes.toSorted(
    (a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt) || a.id.localeCompare(b.id),
  );
  const owners = Map.groupBy(run.outbox, (message) => ownerOf(message, ordered));
  const visits = Map.groupBy(ordered, visitOf);
  const newest = new Map(ordered.map((nodeRun) => [nodeRun.node, visitOf(nodeRun)]));
  return [...visits].flatMap(([key, tries]) => {
    const last = tries.at(-1);
    if (last === undefined) return [];
    const { node, type, visit } = last;
    return [
      {
        key,
        node,
        type,
        visit,
        tries,
        last,
        messages: (owners.get(key) ?? []).toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt)),
        wait: (newest.get(node) === key ? run.waits.find((entry) => entry.node === node) : undefined) ?? null,
      },
    ];
  });
}

function visitOf({ node, visit }: NodeRunView): string {
  return `${node}#${visit}`;
}

function ownerOf(message: OutboxView, ordered: readonly NodeRunView[]): string | undefined {
  const atMs = Date.parse(message.settledAt ?? message.createdAt);
  const sameNode = ordered.filter((nodeRun) => nodeRun.node === message.node);
  const before = sameNode.filter((nodeRun) => Date.parse(nodeRun.startedAt) <= atMs);
  const owner = before.at(-1) ?? sameNode[0];
  return owner === undefined ? undefined : visitOf(owner);
}
