import type { JsonObject, JsonValue } from '@heddle/schemas';
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
  const { kind, title, name, key, need }: JsonObject = { ...entry.wait };
  switch (kind) {
    case 'time':
      return { text: isOver ? 'The wait is just over' : `Waits, goes on ${when}`, untilIso };
    case 'reply':
      return { text: `Waits for a reply${limit}`, untilIso };
    case 'approval':
      return { text: `Waits for a decision: “${text(title)}”${limit}`, untilIso };
    case 'event':
      return {
        text: `Waits until “${text(name)}” is reported${text(key) === '' ? '' : ` for “${text(key)}”`}${limit}`,
        untilIso,
      };
    case 'children':
      // Its limit is that of every wait, a year: nobody is helped by reading it.
      return { text: childrenWords({ ...entry.wait }), untilIso };
    case 'join':
      return {
        text: `Waits for ${typeof need === 'number' ? `${need} paths` : 'all the other paths'} to arrive${limit}`,
        untilIso,
      };
    case 'retry':
      return { text: isOver ? 'Tries again now' : `Failed for now, tries again ${when}`, untilIso };
    default:
      return { text: untilIso === null || isOver ? 'Waits' : `Waits, goes on ${when}`, untilIso };
  }
}

/** The host keeps of such a wait how many there are, not what they are. */
function childrenWords({ total, concurrency }: JsonObject): string {
  if (typeof total !== 'number') return 'Waits for the runs that it started';
  if (total === 1) return 'Waits for the run that it started';
  const atATime = typeof concurrency === 'number' && concurrency < total ? `, ${concurrency} at a time` : '';
  return `Goes through ${total} items${atATime}`;
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
