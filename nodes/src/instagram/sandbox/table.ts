/** One changed row: put when `value` is there, deleted when it is `undefined`. */
export interface RowChange {
  readonly table: string;
  readonly key: string;
  readonly value: unknown;
}

interface Index<Row> {
  readonly groupOf: (row: Row) => string | undefined;
  readonly groups: Map<string, Set<string>>;
}

/**
 * Rows by key, with groups (secondary indexes) kept in insertion order. Tells its owner of every change together with the
 * value before, so that the owner can journal it or take it back.
 */
export class Table<Row> {
  readonly name: string;
  readonly #rows = new Map<string, Row>();
  readonly #indexes = new Map<string, Index<Row>>();
  readonly #changed: (change: RowChange, before: Row | undefined) => void;

  constructor(
    name: string,
    changed: (change: RowChange, before: Row | undefined) => void,
    groups: Readonly<Record<string, (row: Row) => string | undefined>> = {},
  ) {
    this.name = name;
    this.#changed = changed;
    for (const [index, groupOf] of Object.entries(groups)) this.#indexes.set(index, { groupOf, groups: new Map() });
  }

  get size(): number {
    return this.#rows.size;
  }

  find(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  keys(): string[] {
    return [...this.#rows.keys()];
  }

  all(): Row[] {
    return [...this.#rows.values()];
  }

  /** Rows of one group, in the order in which they came. */
  group(index: string, group: string): Row[] {
    const found = this.#indexes.get(index);
    if (!found) throw new Error(`Table "${this.name}" has no index "${index}"`);
    const rows: Row[] = [];
    for (const key of found.groups.get(group) ?? []) {
      const row = this.#rows.get(key);
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }

  groupSize(index: string, group: string): number {
    return this.#indexes.get(index)?.groups.get(group)?.size ?? 0;
  }

  put(key: string, row: Row): void {
    const before = this.#rows.get(key);
    this.restore(key, row);
    this.#changed({ table: this.name, key, value: row }, before);
  }

  delete(key: string): void {
    const before = this.#rows.get(key);
    if (before === undefined) return;
    this.restore(key, undefined);
    this.#changed({ table: this.name, key, value: undefined }, before);
  }

  /** Sets or removes a row without telling anybody: for loading and for taking a change back. */
  restore(key: string, row: Row | undefined): void {
    const before = this.#rows.get(key);
    if (row === undefined) this.#rows.delete(key);
    else this.#rows.set(key, row);
    for (const index of this.#indexes.values()) {
      const from = before === undefined ? undefined : index.groupOf(before);
      const to = row === undefined ? undefined : index.groupOf(row);
      if (from === to) continue;
      if (from !== undefined) index.groups.get(from)?.delete(key);
      if (to === undefined) continue;
      const keys = index.groups.get(to) ?? new Set<string>();
      keys.add(key);
      index.groups.set(to, keys);
    }
  }
}
