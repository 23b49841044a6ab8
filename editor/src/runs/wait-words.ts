import type { WaitSpec } from '@heddle/schemas';
import type { RunView } from '@heddle/schemas/api';
import { relativeTime } from '../shared/relative-time.ts';

/** Why a run stands still at a node, and until when. */
export interface WaitWords {
  readonly text: string;
  /** When it ends by itself, for the exact time; null: it does not. */
  readonly untilIso: string | null;
}

/**
 * A wait in words: "Waits for a reply, until tomorrow".
 *
 * @param entry Its `wait` may be of a kind that a newer server knows; then it is just a wait.
 */
export function waitWords(entry: RunView['waits'][number], nowMs: number): WaitWords {
  const untilIso = entry.dueAt;
  const when = untilIso === null ? '' : relativeTime(untilIso, nowMs);
  const isOver = untilIso !== null && Date.parse(untilIso) <= nowMs;
  const limit = untilIso === null ? '' : isOver ? ', the time is just over' : `, goes on without it ${when}`;
  const spec = knownSpec(entry.wait);
  switch (spec?.kind) {
    case 'time':
      return { text: isOver ? 'The wait is just over' : `Waits, goes on ${when}`, untilIso };
    case 'reply':
      return { text: `Waits for a reply${limit}`, untilIso };
    case 'approval':
      return { text: `Waits for a decision: “${spec.title}”${limit}`, untilIso };
    case 'event':
      return {
        text: `Waits until “${spec.name}” is reported${spec.key === '' ? '' : ` for “${spec.key}”`}${limit}`,
        untilIso,
      };
    case 'children':
      return { text: `${childrenWords(spec)}${limit}`, untilIso };
    case 'join':
      return {
        text: `Waits for ${spec.need === 'all' ? 'all the other paths' : `${spec.need} paths`} to arrive${limit}`,
        untilIso,
      };
    case 'retry':
      return { text: isOver ? 'Tries again now' : `Failed for now, tries again ${when}`, untilIso };
    default:
      return { text: untilIso === null || isOver ? 'Waits' : `Waits, goes on ${when}`, untilIso };
  }
}

function childrenWords({ items, concurrency, start }: Extract<WaitSpec, { kind: 'children' }>): string {
  const what = start.kind === 'flow' ? 'the flow that it called' : 'its items';
  if (items.length === 1) return start.kind === 'flow' ? `Waits for ${what}` : 'Waits for its one item';
  const atATime = concurrency < items.length ? `, ${concurrency} at a time` : '';
  return `Goes through ${items.length} items${atATime}`;
}

/** A retry has no spec of its own; the server checked every other one. */
function knownSpec(wait: RunView['waits'][number]['wait']): WaitSpec | { kind: 'retry' } | undefined {
  // What the server stores of a wait fits WaitSpecSchema, or is a retry; anything else falls to the default above.
  return 'kind' in wait ? (wait as WaitSpec | { kind: 'retry' }) : undefined;
}
