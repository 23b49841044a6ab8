/** A question of a run, as far as deciding needs it. */
export interface Question {
  readonly runId: string;
  readonly position: string;
}

/** What was decided and is not sent yet. */
export interface Decision<Item extends Question> {
  readonly item: Item;
  readonly decision: 'approved' | 'rejected';
  readonly note: string;
}

/** Names a question; a run may ask several things at a time. */
export function keyOf({ runId, position }: Question): string {
  return `${runId}/${position}`;
}

/**
 * Holds decisions back for a moment, so that they can be undone instead of being asked about twice. A run goes on at once when it hears
 * of a decision, so there is no taking back afterwards. What is held or sent is "taken": the page does not show it any more.
 *
 * @param send Sends one decision. `isLeaving`: the page is being closed.
 * @param onFailed The decision did not count: the question is shown again, or somebody else was first.
 */
export function createDecisionDesk<Item extends Question>(options: {
  readonly delayMs: number;
  readonly send: (decision: Decision<Item>, isLeaving: boolean) => Promise<unknown>;
  readonly onSent: () => void;
  readonly onFailed: (decision: Decision<Item>, error: unknown) => void;
}) {
  const batches = new Map<number, { decisions: readonly Decision<Item>[]; timer: ReturnType<typeof setTimeout> }>();
  const listeners = new Set<() => void>();
  /** Replaced by a new set with each change, so that React sees it. */
  let taken: ReadonlySet<string> = new Set();
  let nextBatch = 1;

  const change = (edit: (keys: Set<string>) => void): void => {
    const keys = new Set(taken);
    edit(keys);
    taken = keys;
    for (const listener of listeners) listener();
  };
  const release = (decisions: readonly Decision<Item>[]): void =>
    change((keys) => decisions.forEach(({ item }) => keys.delete(keyOf(item))));
  const sendOne = (decision: Decision<Item>, isLeaving: boolean): Promise<void> =>
    options.send(decision, isLeaving).then(options.onSent, (error: unknown) => {
      release([decision]);
      options.onFailed(decision, error);
    });
  const sendBatch = async (id: number, isLeaving: boolean): Promise<void> => {
    const batch = batches.get(id);
    if (batch === undefined) return;
    batches.delete(id);
    clearTimeout(batch.timer);
    if (isLeaving) await Promise.all(batch.decisions.map((decision) => sendOne(decision, true)));
    // One after the other: a hundred at once would only wait for each other in the server.
    else for (const decision of batch.decisions) await sendOne(decision, false);
  };

  return {
    /** Takes decisions; they are sent when the time to undo is over. Questions that are taken already are left out. @returns Undoes all of them. */
    hold(decisions: readonly Decision<Item>[]): () => void {
      const fresh = decisions.filter(({ item }) => !taken.has(keyOf(item)));
      const id = nextBatch++;
      batches.set(id, { decisions: fresh, timer: setTimeout(() => void sendBatch(id, false), options.delayMs) });
      change((keys) => fresh.forEach(({ item }) => keys.add(keyOf(item))));
      return () => {
        const batch = batches.get(id);
        if (batch === undefined) return; // it is on its way
        batches.delete(id);
        clearTimeout(batch.timer);
        release(batch.decisions);
      };
    },
    /** Sends everything now. */
    flush(isLeaving: boolean): Promise<unknown> {
      return Promise.all([...batches.keys()].map((id) => sendBatch(id, isLeaving)));
    },
    /** Forgets what was sent and is gone from the server's list. What is still held stays. */
    prune(open: readonly Question[]): void {
      const kept = new Set(open.map(keyOf));
      for (const { decisions } of batches.values()) for (const { item } of decisions) kept.add(keyOf(item));
      if ([...taken].every((key) => kept.has(key))) return;
      change((keys) => [...keys].filter((key) => !kept.has(key)).forEach((key) => keys.delete(key)));
    },
    taken: () => taken,
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
