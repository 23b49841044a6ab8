import { describe, expect, it, vi } from 'vitest';
import { createGatherer, type GatherOptions } from './gather.ts';

interface Item {
  readonly group: string;
  readonly name: string;
}

/** A gatherer whose groups end when the test says so. */
function gathererFor(options: Partial<GatherOptions<Item, string>> = {}) {
  const groups: { readonly names: string[]; end(error?: Error): void }[] = [];
  const gatherer = createGatherer<Item, string>({
    groupOf: (item) => item.group,
    serve: (items) =>
      new Promise((resolve, reject) => {
        const names = items.map((item) => item.name);
        groups.push({
          names,
          end: (error) => (error === undefined ? resolve(names.map((name) => `${name}!`)) : reject(error)),
        });
      }),
    mostUnderWay: 1,
    worthAnother: 1,
    mostItems: 3,
    paceMs: 0,
    mayBeOneOf: (error) => error instanceof RangeError,
    ...options,
  });
  return { groups, add: (name: string, group = 'g') => gatherer.add({ group, name }) };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('what is asked for together', () => {
  it('is served together, each with its own answer; what comes meanwhile gathers', async () => {
    const { groups, add } = gathererFor();
    const first = [add('a'), add('b')];
    await nextTurn();
    const second = [add('c'), add('d'), add('e'), add('f')];
    await nextTurn();
    expect(groups.map(({ names }) => names)).toEqual([['a', 'b']]);
    groups[0]?.end();
    expect(await Promise.all(first)).toEqual(['a!', 'b!']);
    await nextTurn();
    groups[1]?.end();
    expect(await Promise.all(second.slice(0, 3))).toEqual(['c!', 'd!', 'e!']);
    await nextTurn();
    expect(groups.map(({ names }) => names)).toEqual([['a', 'b'], ['c', 'd', 'e'], ['f']]);
  });

  it('is kept apart by group, and a large group does not keep a small one out', async () => {
    const { groups, add } = gathererFor();
    for (const name of ['a', 'b', 'c', 'd']) void add(name, 'large');
    void add('x', 'small');
    await nextTurn();
    groups[0]?.end();
    await nextTurn();
    await nextTurn();
    groups[1]?.end();
    await nextTurn();
    await nextTurn();
    expect(groups.map(({ names }) => names)).toEqual([['a', 'b', 'c'], ['x'], ['d']]);
  });
});

describe('a second group beside one that is under way', () => {
  it('begins when it is large enough, or when that one has ended', async () => {
    const { groups, add } = gathererFor({ mostUnderWay: 2, worthAnother: 2 });
    void add('a');
    await nextTurn();
    void add('b');
    await nextTurn();
    expect(groups.map(({ names }) => names)).toEqual([['a']]);
    void add('c');
    await nextTurn();
    void add('d');
    await nextTurn();
    expect(groups.map(({ names }) => names)).toEqual([['a'], ['b', 'c']]);
    groups[0]?.end();
    groups[1]?.end();
    await nextTurn();
    await nextTurn();
    expect(groups.at(-1)?.names).toEqual(['d']);
  });
});

describe('a failure', () => {
  it('that may be the fault of one is tried one by one: only that one hears of it', async () => {
    const served: string[][] = [];
    const { add } = gathererFor({
      serve: (items) => {
        const names = items.map((item) => item.name);
        served.push(names);
        return names.includes('bad') ? Promise.reject(new RangeError('bad')) : Promise.resolve(names);
      },
    });
    const outcomes = await Promise.allSettled([add('a'), add('bad'), add('c')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(served).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
  });

  it('of the house reaches everybody, once', async () => {
    const { groups, add } = gathererFor();
    const asked = [add('a'), add('b')];
    await nextTurn();
    groups[0]?.end(new Error('The database is away'));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(groups).toHaveLength(1);
  });

  it('is paced after a group of several, but not when much waits, nor where one comes after the other', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const { groups, add } = gathererFor({ paceMs: 3, worthAnother: 3, mostItems: 9 });
      const serve = async (...names: string[]) => {
        for (const name of names) void add(name);
        await nextTurn();
      };
      const served = () => groups.map(({ names }) => names.join(''));
      await serve('a');
      groups[0]?.end();
      await nextTurn();
      await serve('b', 'c');
      expect(served()).toEqual(['a', 'bc']);
      groups[1]?.end();
      await nextTurn();
      await serve('d');
      vi.advanceTimersByTime(2);
      await serve('e');
      expect(served()).toEqual(['a', 'bc']);
      vi.advanceTimersByTime(1);
      await nextTurn();
      expect(served()).toEqual(['a', 'bc', 'de']);
      groups[2]?.end();
      await nextTurn();
      await serve('f', 'g', 'h');
      expect(served()).toEqual(['a', 'bc', 'de', 'fgh']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('counts by its weight, and one that is heavier than a group may be is served alone', async () => {
    const { groups, add } = gathererFor({ weightOf: ({ name }) => name.length });
    for (const name of ['aa', 'b', 'cccc', 'd']) void add(name);
    for (let group = 0; group < 3; group += 1) {
      await nextTurn();
      groups[group]?.end();
      await nextTurn();
    }
    expect(groups.map(({ names }) => names)).toEqual([['aa', 'b'], ['cccc'], ['d']]);
  });
});
