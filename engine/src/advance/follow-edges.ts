import type { JsonValue } from '@heddle/schemas';
import { addPosition, countVisit, type Draft, type PathMarks } from './draft.ts';
import { errorRecord } from './error-record.ts';
import { LIMITS } from './limits.ts';

/**
 * Puts a position on every node that the port leads to, in edge order. A node that is switched off hands its input on through its
 * first port; a join that was over before this path came is its end,
 * and so is the node whose body this run is. Sets `draft.failure` at a limit.
 */
export function followEdges(draft: Draft, targets: readonly string[], input: JsonValue, from: PathMarks = {}): void {
  // A list and not recursion: a long row of nodes that are switched off must not use up the stack.
  const pending = targets.slice();
  for (let next = 0; next < pending.length && draft.failure === null; next++) {
    const id = pending[next] ?? '';
    if (from.late?.includes(id) === true || id === draft.before.body) continue;
    const node = draft.program.nodes.get(id);
    if (node === undefined) {
      draft.failure = errorRecord('FLOW_INVALID', `This version of the flow has no node "${id}".`, id);
      return;
    }
    if (draft.nodeRuns >= LIMITS.nodeRuns) {
      draft.failure = errorRecord(
        'RUN_NODE_LIMIT',
        `The run has run ${LIMITS.nodeRuns.toLocaleString('en')} nodes; "${node.title}" would be one more. Look for a circle in the flow.`,
        id,
      );
      return;
    }
    const visit = countVisit(draft, id);
    if (visit > LIMITS.visits) {
      draft.failure = errorRecord(
        'RUN_VISIT_LIMIT',
        `The run came to "${node.title}" more than ${LIMITS.visits.toLocaleString('en')} times. Look for a circle in the flow.`,
        id,
      );
      return;
    }
    if (!node.isDisabled) addPosition(draft, id, visit, input, from);
    else if (node.firstPort !== null) pending.push(...(node.targets.get(node.firstPort) ?? []));
  }
}
