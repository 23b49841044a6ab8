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
  /**
   * Beside a group that is under way another one begins only with so many items, or when others wait for their turn: small groups cost nearly as
   * much as large ones.
   */
  readonly worthAnother: number;
  readonly mostItems: number;
  /** What an item counts towards the two numbers above; default 1. */
  readonly weightOf?: (item: Item) => number;
  /**
   * After a group of several the next one begins so much later at the earliest, unless enough wait to be worth another one. For items that come
   * steadily, whose small groups would cost more than they are worth. Default 0: as soon as the one before is through.
   */
  readonly paceMs?: number;
  /** Whether a failure may be the fault of one of several items: then each is served alone. */
  readonly mayBeOneOf: (error: unknown) => boolean;
}

interface Group<Item, Answer> {
  readonly waiting: Waiting<Item, Answer>[];
  weight: number;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export function createGatherer<Item, Answer>(options: GatherOptions<Item, Answer>): Gatherer<Item, Answer> {
  const { weightOf = () => 1, paceMs = 0 } = options;
  // In the order in which the first item of each came.
  const groups = new Map<string, Group<Item, Answer>>();
  let underWay = 0;
  let isScheduled = false;
  let notBeforeMs = 0;
  let timer: NodeJS.Timeout | undefined;

  const schedule = (): void => {
    if (isScheduled || groups.size === 0 || underWay >= options.mostUnderWay) return;
    // Where several groups wait, to wait longer makes none of them larger than its own items do.
    const [first] = groups.values();
    if (groups.size === 1 && (first?.weight ?? 0) < options.worthAnother) {
      if (underWay > 0) return;
      const waitMs = notBeforeMs - performance.now();
      if (waitMs > 0) {
        timer ??= setTimeout(() => {
          timer = undefined;
          schedule();
        }, waitMs);
        return;
      }
    }
    isScheduled = true;
    // What is asked for in the same turn of the event loop goes together.
    setImmediate(() => {
      isScheduled = false;
      const batch = takeBatch(groups, options.mostItems, weightOf);
      if (batch.length === 0) return;
      if (batch.length > 1) notBeforeMs = performance.now() + paceMs;
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
        const name = options.groupOf(item);
        const group = groups.get(name) ?? { waiting: [], weight: 0 };
        group.waiting.push({ item, resolve, reject });
        group.weight += weightOf(item);
        groups.set(name, group);
        schedule();
      }),
  };
}

/** The oldest items of the group that has waited longest. What is left of it goes to the end, so that no group keeps the others out. */
function takeBatch<Item, Answer>(
  groups: Map<string, Group<Item, Answer>>,
  most: number,
  weightOf: (item: Item) => number,
): Waiting<Item, Answer>[] {
  const [first] = groups;
  if (first === undefined) return [];
  const [name, { waiting, weight }] = first;
  groups.delete(name);
  if (weight <= most) return waiting;
  let end = 0;
  let taken = 0;
  // At least one, however much it counts.
  for (const { item } of waiting) {
    const own = weightOf(item);
    if (end > 0 && taken + own > most) break;
    taken += own;
    end += 1;
  }
  if (end < waiting.length) groups.set(name, { waiting: waiting.slice(end), weight: weight - taken });
  return waiting.slice(0, end);
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
