export { compareOutcomes, isVisible, type Verdict } from './compare-outcomes.ts';
export type {
  PastOutcome,
  PastSend,
  RecordedEvent,
  RecordedHistory,
  RecordedRead,
  RecordedSend,
  Rival,
} from './recorded.ts';
export type { DraftStanding } from './replay-registry.ts';
export { type ReplayedDraft, type ReplayOutcome } from './replay-history.ts';
export { runBackTest, type BackTestItem, type BackTestReport, type BackTestSum } from './run-back-test.ts';
