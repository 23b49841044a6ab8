import { compareOutcomes, isVisible, type Verdict } from './compare-outcomes.ts';
import type { PastOutcome, RecordedEvent, RecordedHistory } from './recorded.ts';
import { replayHistory, type ReplayedDraft, type ReplayOutcome } from './replay-history.ts';

/** One event, and what both did with it. */
export interface BackTestItem {
  readonly recorded: RecordedEvent;
  readonly published: PastOutcome;
  readonly draft: ReplayOutcome;
  readonly verdict: Verdict;
}

/** Counts over all items. `sent` counts what a person would have seen. */
export interface BackTestSum {
  readonly fired: number;
  readonly sent: number;
}

export interface BackTestReport {
  /** In the order in which the events were taken. */
  readonly items: readonly BackTestItem[];
  readonly published: BackTestSum;
  readonly draft: BackTestSum;
  /** True when it was stopped before the end; the items that are there are whole. */
  readonly isCut: boolean;
}

/**
 * Plays recorded events to a draft and compares with what happened. Sends nothing, writes nothing, changes nobody.
 *
 * @param goOn Asked between two people, so that a host may do something else meanwhile, or end the replay with `false`.
 * @throws FlowError `FLOW_INVALID`.
 */
export async function runBackTest(
  draft: ReplayedDraft,
  histories: readonly RecordedHistory[],
  goOn: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<BackTestReport> {
  const items: BackTestItem[] = [];
  let isCut = false;
  for (const history of histories) {
    if (!history.events.some((recorded) => recorded.compared !== 'never')) continue;
    isCut = !(await goOn());
    if (isCut) break;
    const outcomes = await replayHistory(draft, history);
    for (const [index, recorded] of history.events.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) continue;
      if (recorded.compared !== 'always' && !(recorded.compared === 'whenFired' && outcome.fired)) continue;
      const { published } = recorded;
      items.push({ recorded, published, draft: outcome, verdict: compareOutcomes(published, outcome) });
    }
  }
  items.sort((a, b) => a.recorded.takenAtMs - b.recorded.takenAtMs || (a.recorded.id < b.recorded.id ? -1 : 1));
  return {
    items,
    published: sumOf(items.map((item) => item.published)),
    draft: sumOf(items.map((item) => item.draft)),
    isCut,
  };
}

function sumOf(outcomes: readonly PastOutcome[]): BackTestSum {
  const sent = outcomes.flatMap(({ sends }) => sends.filter((send) => send.outcome === 'sent' && isVisible(send)));
  return { fired: outcomes.filter(({ fired }) => fired).length, sent: sent.length };
}
