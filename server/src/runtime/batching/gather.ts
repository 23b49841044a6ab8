/** Takes items one by one and serves those that come together in one go. */
export interface Gatherer<Item, Answer> {
  /** @throws What `serve` throws for a group that the item was in. */
  add(item: Item): Promise<Answer>;
}

export interface GatherOptions<Item, Answer> {
  /** Items of different groups are never served together. */
  readonly groupOf: (item: Item) => string;
  /** @returns An answer per item, in the same order. */
  readonly serve: (items: readonly Item[]) => Promise<readonly Answer[]>;
  /** Groups under way at once. While so many are, what comes gathers for the next. */
  readonly mostUnderWay: number;
  /** Beside a group that is under way another one begins only with so many items: small groups cost nearly as much as large ones. */
  readonly worthAnother: number;
  readonly mostItems: number;
  /** Whether a failure may be the fault of one of several items: then each is served alone. */
  readonly mayBeOneOf: (error: unknown) => boolean;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export function createGatherer<Item, Answer>(options: GatherOptions<Item, Answer>): Gatherer<Item, Answer> {
  // In the order in which the first item of each came.
  const groups = new Map<string, Waiting<Item, Answer>[]>();
  let underWay = 0;
  let isScheduled = false;

  const schedule = (): void => {
    if (isScheduled || groups.size === 0 || underWay >= options.mostUnderWay) return;
    if (underWay > 0 && (firstOf(groups)?.length ?? 0) < options.worthAnother) return;
    isScheduled = true;
    // What is asked for in the same turn of the event loop goes together.
    setImmediate(() => {
      isScheduled = false;
      const batch = takeBatch(groups, options.mostItems);
      if (batch.length === 0) return;
      underWay += 1;
      void serveBatch(options, batch).finally(() => {
        underWay -= 1;
        schedule();
      });
      schedule();
    });
  };

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        const group = options.groupOf(item);
        const waiting = groups.get(group);
        if (waiting === undefined) groups.set(group, [{ item, resolve, reject }]);
        else waiting.push({ item, resolve, reject });
        schedule();
      }),
  };
}

function firstOf<T>(groups: ReadonlyMap<string, T>): T | undefined {
  const [first] = groups.values();
  return first;
}

/** The oldest items of the group that has waited longest. What is left of it goes to the end, so that no group keeps the others out. */
function takeBatch<Item, Answer>(groups: Map<string, Waiting<Item, Answer>[]>, most: number): Waiting<Item, Answer>[] {
  const [first] = groups;
  if (first === undefined) return [];
  const [name, waiting] = first;
  groups.delete(name);
  if (waiting.length > most) groups.set(name, waiting.slice(most));
  return waiting.slice(0, most);
}

/** Never throws: every item hears for itself. */
async function serveBatch<Item, Answer>(
  options: GatherOptions<Item, Answer>,
  batch: readonly Waiting<Item, Answer>[],
): Promise<void> {
  try {
    const answers = await options.serve(batch.map(({ item }) => item));
    if (answers.length !== batch.length) throw new Error(`${batch.length} items got ${answers.length} answers`);
    // As many as there are items, by the line above.
    for (const [index, answer] of answers.entries()) batch[index]?.resolve(answer);
  } catch (error) {
    if (batch.length > 1 && options.mayBeOneOf(error))
      for (const waiting of batch) await serveBatch(options, [waiting]);
    else for (const { reject } of batch) reject(error);
  }
}
