import type { FlowDocument, InboundEvent, JsonObject, JsonValue } from '@heddle/schemas';
import { sql } from 'kysely';
import { Registry } from 'prom-client';
import { pino } from 'pino';
import { newId, type Database } from '../../database/index.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../database/testing/index.ts';
import { createRuntimeMetrics } from '../metrics.ts';
import { startManual } from '../ingest/start-manual.ts';
import { createRuntime, type Runtime, type RuntimeOptions } from '../runtime.ts';
import { createFakePlatform, type FakePlatform } from './fake-platform.ts';
import { createTestRegistry } from './test-handlers.ts';

/** A workspace with a connected account, and runtimes on one database that can be killed. */
export interface RuntimeFixture {
  readonly migrated: MigratedDatabase;
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly platform: FakePlatform;
  readonly clock: { atMs: number; nowMs(): number };
  /** Names of the pure test nodes in the order they ran. */
  readonly pureRuns: string[];
  /** A process: its database door can be wrapped to make it die. */
  startRuntime(
    wrap?: (database: Database) => Database,
    onHandlerLookup?: () => void,
    options?: Pick<RuntimeOptions, 'pollMs' | 'concurrency' | 'onMoment'>,
  ): Runtime;
  /** Stores and publishes a flow. @returns Its id. */
  publish(
    runtime: Runtime,
    nodes: FlowDocument['nodes'],
    edges: [string, string][],
    settings?: FlowDocument['settings'],
    name?: string,
  ): Promise<string>;
  /** Starts a flow by hand, about nobody. */
  startByHand(runtime: Runtime, flowId: string, data?: JsonObject): Promise<void>;
  /** Takes in events of the account. */
  accept(runtime: Runtime, ...events: InboundEvent[]): Promise<readonly (string | null)[]>;
  /** Rows of a tenant table in the order of their ids. */
  rows<T extends object = Record<string, unknown>>(table: string): Promise<T[]>;
  drop(): Promise<void>;
}

export const START_MS = Date.UTC(2026, 10, 21, 12);

export async function createRuntimeFixture(): Promise<RuntimeFixture> {
  const migrated = await createMigratedDatabase();
  const workspaceId = newId();
  const connectionId = newId();
  const platform = createFakePlatform();
  const pureRuns: string[] = [];
  const registry = createTestRegistry({ onPure: (name) => pureRuns.push(name) });
  const clock = {
    atMs: START_MS,
    nowMs() {
      return this.atMs;
    },
  };
  await migrated.database.withWorkspace(workspaceId, async (tx) => {
    await sql`insert into heddle.workspace (id, name) values (${workspaceId}, 'Test')`.execute(tx);
    await sql`
      insert into heddle.connection (workspace_id, id, platform, external_id, username, name, status, is_sandbox, is_default, granted_scopes)
      values (${workspaceId}, ${connectionId}, 'instagram', ${connectionId}, 'shop', 'Shop', 'connected', true, true, '{}')`.execute(
      tx,
    );
  });
  return {
    migrated,
    workspaceId,
    connectionId,
    platform,
    clock,
    pureRuns,
    startRuntime: (wrap = (database) => database, onHandlerLookup = () => undefined, options = {}) =>
      createRuntime({
        ...options,
        database: wrap(migrated.database),
        registry: {
          ...registry,
          getHandler: (type) => {
            onHandlerLookup();
            return registry.getHandler(type);
          },
        },
        connections: {
          openAccount: (_workspace, id) => Promise.resolve(platform.open(id)),
          markTokenInvalid: () => Promise.resolve(),
        },
        live: { publish: () => undefined },
        log: pino({ level: process.env['TEST_LOG'] ?? 'silent' }),
        ai: { answer: () => Promise.reject(new Error('no model in these tests')) },
        http: { request: () => Promise.resolve({ status: 200, headers: {}, body: '' }) },
        clock,
        metrics: createRuntimeMetrics(new Registry()),
      }),
    async publish(runtime, nodes, edges, settings, name) {
      const flowId = newId();
      const document = {
        formatVersion: 1,
        name: name ?? `Flow ${flowId}`,
        connections: { shop: { platform: 'instagram', label: 'Shop' } },
        nodes,
        edges: edges.map(([from, to]) => ({ from, to })),
        ...(settings === undefined ? {} : { settings }),
      };
      await migrated.database.withWorkspace(workspaceId, async (tx) => {
        await sql`
          insert into heddle.flow (workspace_id, id, name, state, draft, draft_revision, published_revision, published_version, triggers)
          values (${workspaceId}, ${flowId}, ${document.name}, 'live', ${JSON.stringify(document)}::jsonb, 1, 1, 1, '{}')`.execute(
          tx,
        );
        await sql`
          insert into heddle.flow_version (workspace_id, flow_id, version, document, published_by, note)
          values (${workspaceId}, ${flowId}, 1, ${JSON.stringify(document)}::jsonb, 'test', '')`.execute(tx);
        await sql`insert into heddle.flow_binding (workspace_id, flow_id, slot, connection_id) values (${workspaceId}, ${flowId}, 'shop', ${connectionId})`.execute(
          tx,
        );
        await runtime.syncTriggers(tx, workspaceId, flowId);
      });
      return flowId;
    },
    async startByHand(runtime, flowId, data = {}) {
      await startManual({ database: migrated.database, clock, ingest: runtime.ingest }, { workspaceId, flowId, data });
    },
    accept: (runtime, ...events) =>
      runtime.ingest.accept(
        workspaceId,
        events.map((event) => ({ event, platform: 'instagram', connectionId })),
      ),
    rows: <T extends object>(table: string) =>
      migrated.database.withWorkspace(
        workspaceId,
        async (tx) => (await sql<T>`select * from ${sql.table(`heddle.${table}`)} order by 2, 3`.execute(tx)).rows,
      ),
    drop: () => migrated.drop(),
  };
}

/** What arrived at the platform, as text; what has no text by its kind. */
export function textsOf({ delivered }: FakePlatform): string[] {
  return delivered.map(({ action }) => {
    if ('message' in action && action.message.kind === 'text') return action.message.text;
    return 'text' in action ? action.text : action.kind;
  });
}

/** A comment under a post of the account. */
export function comment(commentId: string, from: string, text: string, occurredAtMs = START_MS): InboundEvent {
  return {
    kind: 'instagram/comment',
    key: commentId,
    occurredAtMs,
    contact: { platformId: from, username: `user_${from}` },
    data: { commentId, text },
  };
}

/** A message from a person. */
export function message(messageId: string, from: string, text: string, occurredAtMs = START_MS): InboundEvent {
  return {
    kind: 'instagram/message',
    key: messageId,
    occurredAtMs,
    contact: { platformId: from },
    data: { messageId, text },
  };
}

type Node = FlowDocument['nodes'][string];
const node = (type: string, config: JsonObject, extra: Partial<Node> = {}): Node => ({ type, v: 1, config, ...extra });

/** Nodes of the test plugin. */
export const nodes = {
  onComment: (word?: string) =>
    node('test/comment-received', { connection: '@shop', ...(word === undefined ? {} : { word }) }),
  onMessage: (word?: string) =>
    node('test/message-received', { connection: '@shop', ...(word === undefined ? {} : { word }) }),
  onStart: (config: JsonObject = {}) => node('test/started', config),
  send: (kind: 'commentReply' | 'privateReply' | 'message', text: string, attempts = 1) =>
    node(
      'test/send',
      { connection: '@shop', kind, text },
      attempts > 1 ? { retry: { attempts, backoff: 'constant', baseMs: 1000 } } : {},
    ),
  ask: (waitMs = 3_600_000, mergeMs = 0) => node('test/ask', { waitMs, mergeMs }),
  delay: (ms: number) => node('test/delay', { ms }),
  tag: (tag: string) => node('test/tag', { tag }),
  forEach: (items: JsonValue[], concurrency = 1, onFailure: 'stop' | 'collect' = 'collect', collects = true) =>
    node('core/for-each', { items, concurrency, onFailure, collects }),
  call: (flow: string, inputs: JsonObject = {}) => node('core/call-flow', { flow, inputs }),
  approval: (title: string) =>
    node('core/wait-for-approval', { title, text: '', timeout: { amount: 1, unit: 'days' } }),
  event: (name: string, key: string) =>
    node('core/wait-for-event', { name, key, timeout: { amount: 1, unit: 'days' } }),
  note: (text: string) => node('test/note', { text }),
};
