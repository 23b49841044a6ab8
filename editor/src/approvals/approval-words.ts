import type { DecisionView } from '@heddle/schemas/api';
import { durationText } from '../shared/relative-time.ts';

const HOUR_MS = 3_600_000;

/** What was just decided, in a line beside "Undo". */
export function heldWords(items: readonly { readonly title: string }[], decision: 'approved' | 'rejected'): string {
  const verb = decision === 'approved' ? 'Approved' : 'Rejected';
  const [first] = items;
  return items.length === 1 && first !== undefined
    ? `${verb}: “${shorten(first.title)}”`
    : `${verb}: ${items.length} questions`;
}

/** Who decided, and how. */
export function decidedByWords({ by, decision, title }: Pick<DecisionView, 'by' | 'decision' | 'title'>): string {
  return `${by === '' ? 'Somebody' : by} ${decision === 'approved' ? 'approved' : 'rejected'} “${shorten(title)}” meanwhile.`;
}

/**
 * How much time is left for a decision.
 *
 * @returns Words, and whether it is so little that they should stand out; null without a limit.
 */
export function timeLeft(dueAt: string | null, nowMs: number): { text: string; isShort: boolean } | null {
  if (dueAt === null) return null;
  const leftMs = Date.parse(dueAt) - nowMs;
  if (leftMs <= 0) return { text: 'the time is over', isShort: true };
  if (leftMs < 60_000) return { text: 'less than a minute left', isShort: true };
  // One unit is enough to judge by: "6 days left", not "6 days 23 h left".
  const unitMs = leftMs >= 2 * 24 * HOUR_MS ? 24 * HOUR_MS : leftMs >= 2 * HOUR_MS ? HOUR_MS : 60_000;
  return { text: `${durationText(Math.floor(leftMs / unitMs) * unitMs)} left`, isShort: leftMs < 2 * HOUR_MS };
}

function shorten(title: string): string {
  return title.length > 60 ? `${title.slice(0, 59)}…` : title;
}
