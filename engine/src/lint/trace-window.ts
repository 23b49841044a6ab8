/** How long ago the person may have written last when a run comes to a node. */
import type { NodeView } from '../compile/program.ts';
import { estimateWaitMs } from './estimate-wait.ts';
import { activeNodes, type LintContext } from './lint-context.ts';

/** Messages may be sent for this long after the person wrote (messaging window of Meta's platforms). */
export const WINDOW_MS = 24 * 3_600_000;

export interface WindowAge {
  /** At most so long ago; infinite on a path on which the person never wrote. */
  readonly ms: number;
  /** The longest wait on that path, when there is one. */
  readonly longest: { readonly node: string; readonly ms: number } | null;
}

/**
 * The worst case over all paths, by node. Nodes that only runs about nobody reach (schedule, webhook, by hand) are left out: whether
 * a window is open there is not known.
 *
 * A longest path in a graph with circles: ages only grow, and one beyond the window is not followed round again.
 */
export function traceWindow(context: LintContext): Map<string, WindowAge> {
  const ages = new Map<string, WindowAge>();
  const queue: string[] = [];
  const raises = new Map<string, number>();
  const raise = (id: string, found: WindowAge): void => {
    const known = ages.get(id);
    const count = (raises.get(id) ?? 0) + 1;
    raises.set(id, count);
    // Without a circle no age grows more often than there are nodes; in a circle it grows until the window has closed.
    const isEndless = count > context.view.nodes.size * 2;
    const age = isEndless ? { ...found, ms: Math.max(found.ms, WINDOW_MS) } : found;
    if (known !== undefined && (known.ms >= age.ms || (known.ms >= WINDOW_MS && age.ms !== Infinity))) return;
    ages.set(id, age);
    queue.push(id);
  };
  for (const node of activeNodes(context)) {
    if (node.definition?.role !== 'trigger') continue;
    const age = ageAtTrigger(node);
    if (age !== null)
      for (const { edge } of context.leaving.get(node.id) ?? []) raise(edge.to, { ms: age, longest: null });
  }
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const node = context.view.nodes.get(id);
    const age = ages.get(id);
    if (node === undefined || age === undefined) continue;
    for (const { port, edge } of context.leaving.get(id) ?? []) raise(edge.to, ageAfter(node, port, age));
  }
  return ages;
}

/** 0: the person wrote; infinite: they did something that opens no window; null: nobody is known to have done anything. */
function ageAtTrigger({ definition }: NodeView): number | null {
  if (definition?.lint.opensWindow === true) return 0;
  return definition?.events.every((kind) => kind.startsWith('core/')) === true ? null : Infinity;
}

function ageAfter(node: NodeView, port: string, before: WindowAge): WindowAge {
  const lint = node.definition?.lint;
  const isAnswered = port !== 'timeout' && port !== 'error';
  if (lint?.opensWindow === true && isAnswered && !node.isDisabled) return { ms: 0, longest: null };
  const waitMs = estimateWaitMs(node);
  if (waitMs === 0) return before;
  const longest = waitMs > (before.longest?.ms ?? 0) ? { node: node.id, ms: waitMs } : before.longest;
  return { ms: before.ms + waitMs, longest };
}
