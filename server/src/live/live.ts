import pg from 'pg';
import type { LiveChange } from '@heddle/schemas/api';
import type { Log } from '../log/index.ts';

/** Changes are gathered this long before one NOTIFY: it takes a database-wide lock at commit, so there must be few of them. */
const COALESCE_MS = 50;
const CHANNEL = 'heddle_live';
/** Postgres refuses a NOTIFY payload of 8,000 bytes or more. */
const MAX_PAYLOAD_BYTES = 7_900;
const RECONNECT_MS = 1_000;
/** More changes than this before one NOTIFY are not told one by one: to list, send and read them costs more than to fetch what a page shows. */
const MAX_LISTED = 300;
/** While it goes on like that, pages are told to fetch so often. */
const FLOOD_MS = 1_000;

/** What happened in a workspace; or `resync`: some changes were missed, or too many to list, so fetch everything again; or `end`: this process stops. */
export type LiveNews =
  | { readonly kind: 'changes'; readonly changes: readonly LiveChange[] }
  | { readonly kind: 'resync' }
  | { readonly kind: 'end' };

export interface Live {
  /** Tells every page of the workspace, in any process, soon. Call it after the commit; losing one is harmless. */
  publish(workspaceId: string, changes: readonly LiveChange[]): void;
  /** @returns What ends the subscription. */
  subscribe(workspaceId: string, listener: (news: LiveNews) => void): () => void;
  /** Begins to listen; publishing works without it. */
  start(): Promise<void>;
  /** Ends every subscription of this process: streams would keep the server from closing. */
  disconnect(): void;
  stop(): Promise<void>;
}

/** Live updates over Postgres NOTIFY, so that any process may publish and any server may listen. */
export function createLive(options: { pool: pg.Pool; appUrl: string; log: Log }): Live {
  const { pool, appUrl, log } = options;
  const pending = new Map<string, Set<string>>();
  /** Workspaces in which too much happens to list it, until they are told so. */
  const flooded = new Map<string, NodeJS.Timeout>();
  const listeners = new Map<string, Set<(news: LiveNews) => void>>();
  let timer: NodeJS.Timeout | undefined;
  let client: pg.Client | undefined;
  let isStopped = false;

  const flush = (): Promise<void> => {
    timer = undefined;
    const payloads = [...pending].flatMap(([workspaceId, changes]) => toPayloads(workspaceId, [...changes]));
    pending.clear();
    return notify(payloads);
  };

  const notify = async (payloads: readonly string[]): Promise<void> => {
    if (payloads.length === 0) return;
    try {
      await pool.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [CHANNEL, payloads]);
    } catch (error) {
      // Best effort by design: a page that misses a change sees it with its next fetch.
      log.warn({ error }, 'Live update lost');
    }
  };

  const tell = (workspaceId: string, news: LiveNews): void => {
    // A copy: a listener may end its subscription.
    for (const listener of Array.from(listeners.get(workspaceId) ?? [])) listener(news);
  };

  const listen = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: appUrl, application_name: 'heddle live', keepAlive: true });
    next.on('notification', ({ payload }) => {
      const { w, c } = JSON.parse(payload ?? '{}') as { w: string; c?: LiveChange[] }; // written here, in some process of ours
      tell(w, c === undefined ? { kind: 'resync' } : { kind: 'changes', changes: c });
    });
    next.on('error', () => undefined); // 'end' follows
    next.on('end', () => {
      if (isStopped || client !== next) return;
      client = undefined;
      setTimeout(() => void relisten(), RECONNECT_MS).unref();
    });
    await next.connect();
    await next.query(`listen ${CHANNEL}`);
    client = next;
  };

  const relisten = async (): Promise<void> => {
    if (isStopped) return;
    try {
      await listen();
      for (const workspaceId of listeners.keys()) tell(workspaceId, { kind: 'resync' });
    } catch (error) {
      log.warn({ error }, 'Live updates are interrupted; trying again');
      setTimeout(() => void relisten(), RECONNECT_MS).unref();
    }
  };

  return {
    publish: (workspaceId, changes) => {
      if (isStopped || flooded.has(workspaceId)) return;
      const set = pending.get(workspaceId) ?? new Set();
      for (const change of changes) set.add(JSON.stringify(change));
      if (set.size > MAX_LISTED) {
        pending.delete(workspaceId);
        const end = (): void => {
          flooded.delete(workspaceId);
          void notify([toResyncPayload(workspaceId)]);
        };
        flooded.set(workspaceId, setTimeout(end, FLOOD_MS).unref());
        return;
      }
      pending.set(workspaceId, set);
      timer ??= setTimeout(() => void flush(), COALESCE_MS).unref();
    },
    subscribe: (workspaceId, listener) => {
      const set = listeners.get(workspaceId) ?? new Set();
      listeners.set(workspaceId, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0) listeners.delete(workspaceId);
      };
    },
    start: listen,
    disconnect: () => {
      for (const workspaceId of listeners.keys()) tell(workspaceId, { kind: 'end' });
      listeners.clear();
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      for (const end of flooded.values()) clearTimeout(end);
      await notify([...flooded.keys()].map(toResyncPayload));
      await flush();
      await client?.end();
    },
  };
}

/** Without a list: there was more than fits into one. */
function toResyncPayload(workspaceId: string): string {
  return JSON.stringify({ w: workspaceId });
}

/** As few payloads as the size limit allows. Changes are small (ids), so one always fits. */
function toPayloads(workspaceId: string, changes: readonly string[]): string[] {
  const payloads: string[] = [];
  let part: string[] = [];
  let bytes = 0;
  const close = (): void => {
    if (part.length > 0) payloads.push(`{"w":${JSON.stringify(workspaceId)},"c":[${part.join(',')}]}`);
    part = [];
    bytes = 0;
  };
  for (const change of changes) {
    const size = Buffer.byteLength(change) + 1;
    if (bytes + size > MAX_PAYLOAD_BYTES - 100) close();
    part.push(change);
    bytes += size;
  }
  close();
  return payloads;
}
