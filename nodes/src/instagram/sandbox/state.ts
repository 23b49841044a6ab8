import type { SandboxStore } from './store/store.ts';
import { Table } from './table.ts';
import type { RowChange } from './table.ts';
import type {
  AccountRow,
  AppRow,
  AttachmentRow,
  CodeRow,
  CommentRow,
  ContainerRow,
  DeliveryRow,
  LedgerRow,
  MediaRow,
  MessageRow,
  MetaRow,
  PersonaRow,
  ProfileRow,
  SubscriptionRow,
  ThreadRow,
  TokenRow,
} from './model.ts';

/** Handed to the work of a transaction. */
export interface Transaction {
  /** Runs once the transaction is on disk: send webhooks and live events here, never before. */
  after(effect: () => void): void;
}

/** Everything the platform remembers. Reads are plain; writes happen inside `transact`. */
export class SandboxState {
  readonly #store: SandboxStore;
  readonly #tables: Table<never>[] = [];
  #open: { changes: RowChange[]; undo: (() => void)[] } | undefined;
  #lastSeq = 0;

  readonly apps = this.#table<AppRow>('apps');
  readonly accounts = this.#table<AccountRow>('accounts');
  readonly personas = this.#table<PersonaRow>('personas', {
    number: (row) => String(row.number),
    username: (row) => row.username,
  });
  readonly codes = this.#table<CodeRow>('codes');
  readonly tokens = this.#table<TokenRow>('tokens');
  readonly subscriptions = this.#table<SubscriptionRow>('subscriptions', { account: (row) => row.accountId });
  readonly media = this.#table<MediaRow>('media', { account: (row) => row.accountId });
  readonly comments = this.#table<CommentRow>('comments', {
    media: (row) => row.mediaId,
    parent: (row) => row.parentId ?? undefined,
  });
  readonly threads = this.#table<ThreadRow>('threads', {
    account: (row) => row.accountId,
    conversation: (row) => row.conversationId,
  });
  readonly messages = this.#table<MessageRow>('messages', { thread: (row) => row.threadKey });
  readonly containers = this.#table<ContainerRow>('containers', { account: (row) => row.accountId });
  readonly attachments = this.#table<AttachmentRow>('attachments');
  readonly profiles = this.#table<ProfileRow>('profiles');
  readonly deliveries = this.#table<DeliveryRow>('deliveries');
  readonly ledger = this.#table<LedgerRow>('ledger');
  readonly meta = this.#table<MetaRow>('meta');

  constructor(store: SandboxStore) {
    this.#store = store;
  }

  /** Reads the store; call once before anything else. */
  async load(): Promise<void> {
    const tables = new Map(this.#tables.map((table) => [table.name, table]));
    for (const row of await this.#store.load()) {
      // `as never`: the store gives back what this very class appended, so the row has its table's type
      tables.get(row.table)?.restore(row.key, row.value as never);
    }
    for (const row of [...this.media.all(), ...this.comments.all(), ...this.messages.all(), ...this.deliveries.all()])
      this.#lastSeq = Math.max(this.#lastSeq, row.seq);
  }

  /**
   * Runs `work` as one transaction: all of its puts are durable when the promise resolves, none of them happened when it
   * throws. `work` must be synchronous, so nothing can come between.
   */
  async transact<T>(work: (tx: Transaction) => T): Promise<T> {
    if (this.#open) throw new Error('A sandbox transaction cannot contain another one.');
    const open: { changes: RowChange[]; undo: (() => void)[] } = { changes: [], undo: [] };
    const effects: (() => void)[] = [];
    this.#open = open;
    let result: T;
    try {
      result = work({ after: (effect) => effects.push(effect) });
    } catch (error) {
      for (const takeBack of open.undo.reverse()) takeBack();
      throw error;
    } finally {
      this.#open = undefined;
    }
    if (open.changes.length > 0) await this.#store.append(open.changes);
    for (const effect of effects) effect();
    return result;
  }

  /** A number that grows with every row of media, comment, message and delivery: the order of creation. */
  nextSeq(): number {
    this.#lastSeq += 1;
    return this.#lastSeq;
  }

  /** Deletes every row of every table (inside a transaction). */
  clear(): void {
    for (const table of this.#tables) for (const key of table.keys()) table.delete(key);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #table<Row>(name: string, groups: Readonly<Record<string, (row: Row) => string | undefined>> = {}): Table<Row> {
    const table = new Table<Row>(
      name,
      (change, before) => {
        if (!this.#open) throw new Error(`Change of "${change.table}" outside a sandbox transaction.`);
        this.#open.changes.push(change);
        this.#open.undo.push(() => table.restore(change.key, before));
      },
      groups,
    );
    this.#tables.push(table as unknown as Table<never>); // one list of differently typed tables; only names and keys are used through it
    return table;
  }
}
