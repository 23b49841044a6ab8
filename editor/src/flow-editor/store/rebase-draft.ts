import { applyOperations, diffOperations, jsonEqual, mergeDrafts, takeMine, type MergeConflict } from '@heddle/engine';
import type { DraftOperation, FlowDocument } from '@heddle/schemas';

/** Our unsaved changes on top of a draft that somebody else changed. */
export interface RebasedDraft {
  readonly document: FlowDocument;
  /** What makes the document out of theirs: still to be saved. */
  readonly operations: readonly DraftOperation[];
  /** Changes of ours that could not be kept, because somebody else changed the same. */
  readonly lost: readonly MergeConflict[];
  /** Nodes that had to take another id: old to new. */
  readonly renamed: Readonly<Record<string, string>>;
  /** True when the other draft is our own, saved by a request whose answer was lost. */
  readonly isOurs: boolean;
}

/**
 * Brings our unsaved changes into the newest draft of the server.
 *
 * @param bases Drafts that the server has had from us: the one it confirmed last first, then those whose answer was lost.
 * @param mine What the person sees. @param theirs The newest draft of the server.
 */
export function rebaseDraft(bases: readonly FlowDocument[], mine: FlowDocument, theirs: FlowDocument): RebasedDraft {
  if (bases.some((base) => jsonEqual(base, theirs)))
    return { document: mine, operations: diffOperations(theirs, mine), lost: [], renamed: {}, isOurs: true };
  const { document, conflicts, renamed } = mergeDrafts(bases[0] ?? theirs, mine, theirs);
  const lost = conflicts.filter((conflict) => !isKept(conflict));
  return { document, operations: diffOperations(theirs, document), lost, renamed, isOurs: false };
}

/** What they removed and we changed is kept; only an edge to a node that is gone cannot be. */
function isKept({ path, mine, theirs }: MergeConflict): boolean {
  return path[0] !== 'edges' && theirs === undefined && mine !== undefined;
}

/** The lost changes that can be made after all, in place of those of the other. */
export function takeLost(document: FlowDocument, lost: readonly MergeConflict[]): DraftOperation[] {
  let current = document;
  for (const conflict of lost)
    if (canTake(current, conflict)) current = applyOperations(current, takeMine(current, conflict)).document;
  return diffOperations(document, current);
}

/** Not an edge to a node that is gone, nor a setting of a node that went later. */
function canTake({ nodes }: FlowDocument, { path: [part, id = ''] }: MergeConflict): boolean {
  return part !== 'edges' && (part !== 'nodes' || Object.hasOwn(nodes, id));
}
