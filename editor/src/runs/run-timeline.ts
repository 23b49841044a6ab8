import type { JsonObject } from '@heddle/schemas';
import type { NodeRunView, OutboxView, RunView } from '@heddle/schemas/api';

/** One node run in the list beside the canvas, with what it sent and what it waits for. */
export interface TimelineEntry {
  readonly nodeRun: NodeRunView;
  readonly messages: readonly OutboxView[];
  readonly wait: TimelineWait | null;
}

/** Why a run stands still at a node, and until when (epoch ms, null for no limit). */
export interface TimelineWait {
  readonly kind: 'reply' | 'time' | 'retry' | 'other';
  readonly untilMs: number | null;
}

/**
 * Node runs in the order in which they began, each with its messages (a message belongs to the last run of its node that began
 * before the message was settled: a retry settles what an earlier try began) and, for the newest run of a waiting node, the wait.
 */
export function toTimeline(run: Pick<RunView, 'nodes' | 'outbox' | 'waits'>): TimelineEntry[] {
  const ordered = run.nodes.toSorted(
    (a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt) || a.id.localeCompare(b.id),
  );
  const newest = new Map(ordered.map((nodeRun) => [nodeRun.node, nodeRun.id]));
  const owners = new Map(run.outbox.map((message) => [message.id, ownerOf(message, ordered)]));
  return ordered.map((nodeRun) => {
    const wait =
      newest.get(nodeRun.node) === nodeRun.id ? run.waits.find((entry) => entry.node === nodeRun.node) : undefined;
    return {
      nodeRun,
      messages: run.outbox
        .filter((message) => owners.get(message.id) === nodeRun.id)
        .toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt)),
      wait: wait === undefined ? null : toWait(wait),
    };
  });
}

function ownerOf(message: OutboxView, ordered: readonly NodeRunView[]): string | undefined {
  const atMs = Date.parse(message.settledAt ?? message.createdAt);
  const sameNode = ordered.filter((nodeRun) => nodeRun.node === message.node);
  const before = sameNode.filter((nodeRun) => Date.parse(nodeRun.startedAt) <= atMs);
  return (before.at(-1) ?? sameNode[0])?.id;
}

function toWait(entry: RunView['waits'][number]): TimelineWait {
  const { kind }: JsonObject = { ...entry.wait };
  return {
    kind: kind === 'reply' || kind === 'time' || kind === 'retry' ? kind : 'other',
    untilMs: entry.dueAt === null ? null : Date.parse(entry.dueAt),
  };
}
