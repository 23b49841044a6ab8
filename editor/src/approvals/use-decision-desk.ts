import { api, type ApprovalView, type DecisionView } from '@heddle/schemas/api';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { toProblem } from '../api/api-problem.ts';
import { callApi } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import { notifyInfo, notifyProblem, notifyUndo } from '../shared/notify.tsx';
import { sendDecision } from './approval-queries.ts';
import { decidedByWords, heldWords } from './approval-words.ts';
import { createDecisionDesk, keyOf, type Decision, type Question } from './decision-desk.ts';

/** How long a decision can be undone before the run hears of it. */
const UNDO_MS = 5_000;

/** What deciding needs of a question, wherever it is shown. */
export interface Decidable extends Question {
  readonly title: string;
}

/** Set by the first decision: there is one cache for the whole page. */
let cache: QueryClient | undefined;

/** One for all pages: whoever moves on within the five seconds loses neither the decision nor the way back. */
const desk = createDecisionDesk<Decidable>({
  delayMs: UNDO_MS,
  send: sendDecision,
  onSent: () => {
    void cache?.invalidateQueries({ queryKey: queryKeys.approvals });
    void cache?.invalidateQueries({ queryKey: queryKeys.attention });
  },
  onFailed: (decision, error) => void explain(decision, error),
});

if (typeof window !== 'undefined') window.addEventListener('pagehide', () => void desk.flush(true));

/** Keys of the questions that are decided here, sent or not yet. */
export function useTaken(): ReadonlySet<string> {
  return useSyncExternalStore(desk.subscribe, desk.taken);
}

/** Lets the desk forget what the server's list does not hold any more. */
export function pruneTaken(open: readonly Pick<ApprovalView, 'runId' | 'position'>[]): void {
  desk.prune(open);
}

/** Decides questions; for five seconds it can be undone. */
export function useDecide() {
  const client = useQueryClient();
  return (items: readonly Decidable[], decision: 'approved' | 'rejected', notes: ReadonlyMap<string, string>) => {
    cache = client;
    if (items.length === 0) return;
    const undo = desk.hold(items.map((item) => ({ item, decision, note: (notes.get(keyOf(item)) ?? '').trim() })));
    notifyUndo(heldWords(items, decision), undo, UNDO_MS);
  };
}

/** Somebody else was first: say who, and what they said. Anything else is a problem to be solved. */
async function explain({ item }: Decision<Decidable>, error: unknown): Promise<void> {
  void cache?.invalidateQueries({ queryKey: queryKeys.approvals });
  if (toProblem(error).code !== 'RUN_NOT_ACTIVE') {
    notifyProblem(error);
    return;
  }
  const decided = await findDecision(item);
  notifyInfo(
    decided === undefined
      ? `“${item.title}” is not asked any more: the run went on without it.`
      : decidedByWords(decided),
  );
}

/** What somebody decided about a question, if it was lately. */
export async function findDecision(item: Question): Promise<DecisionView | undefined> {
  // Only the words of a message depend on it; without an answer they are less exact.
  const page = await callApi(api.runs.decisions, {}).catch(() => undefined);
  return page?.items.find((decision) => keyOf(decision) === keyOf(item));
}
