/** What one engine made of the events that it accepted. */
export interface LedgerVerdict {
  readonly accepted: number;
  /** Answered with 200, and neither was the effect seen nor is the event held for a person. */
  readonly lost: readonly string[];
  /** The effect came more than once. */
  readonly doubled: readonly string[];
  /** The engine says that it does not know whether the effect came. */
  readonly held: readonly string[];
  /** Of those held: the effect had come. */
  readonly heldAndCame: readonly string[];
  /** Effects that nobody had asked for. */
  readonly strange: readonly string[];
}

/**
 * Compares what was accepted with what arrived at the platform.
 *
 * @param accepted Ids of the events that were answered with 200, each once.
 * @param effects Id of the event of each effect, in the order of arrival.
 * @param held Ids of events whose outcome the engine says it does not know.
 */
export function judgeLedger(
  accepted: readonly string[],
  effects: readonly string[],
  held: ReadonlySet<string>,
): LedgerVerdict {
  const times = new Map<string, number>();
  for (const id of effects) times.set(id, (times.get(id) ?? 0) + 1);
  const known = new Set(accepted);
  const heldOfThese = accepted.filter((id) => held.has(id));
  return {
    accepted: accepted.length,
    lost: accepted.filter((id) => !times.has(id) && !held.has(id)),
    doubled: [...times].filter(([, count]) => count > 1).map(([id]) => id),
    held: heldOfThese,
    heldAndCame: heldOfThese.filter((id) => times.has(id)),
    strange: [...times.keys()].filter((id) => !known.has(id)),
  };
}
