// A worker of the product that is told where to die or to stop: `fork(worker-process.ts)` with a `WorkerOrder` in CHAOS_ORDER. It builds what
// `--role=worker` builds (same runtime, connections, vault and database), but not what a worker never uses (API, accounts, schema changes),
// because the bench starts more than a thousand of them. Ends with its parent.
import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest, type IncomingMessage } from 'node:http';
import { createHandlerRegistry } from '@heddle/engine';
import { builtInHandlers } from '@heddle/nodes/handlers';
import { builtInPlatforms } from '@heddle/nodes/platforms';
import { createConnections } from '../../server/src/connections/connections.ts';
import { instagramApp } from '../../server/src/connections/platform-apps.ts';
import { appRoleFor, appUrlFor } from '../../server/src/database/app-role.ts';
import { createDatabase } from '../../server/src/database/index.ts';
import { createLive } from '../../server/src/live/live.ts';
import { createLog } from '../../server/src/log/index.ts';
import { createDatabaseClock, createRuntime, createRuntimeMetrics } from '../../server/src/runtime/index.ts';
import type { WorkerMoment } from '../../server/src/runtime/worker-moment.ts';
import { parseSettings } from '../../server/src/settings.ts';
import { createVault, loadLocalKeyRing } from '../../server/src/vault/index.ts';
import { openDiary } from './diary.ts';
import type { FaultPoint, WorkerOrder } from './worker-order.ts';

// Given by worker-pool.ts.
const order = JSON.parse(process.env['CHAOS_ORDER'] ?? '{}') as WorkerOrder;
const diary = openDiary(order.diaryFile);
let passes = 0;

/** The process ends or freezes here when the order says so: `kill` of oneself takes effect before the call returns. */
function reach(point: FaultPoint): void {
  if (order.fault?.point !== point) return;
  passes += 1;
  if (passes !== order.fault.pass) return;
  diary.write({ kind: 'fault', point });
  process.kill(process.pid, order.fault.signal);
}

function onMoment(moment: WorkerMoment): void {
  switch (moment.kind) {
    case 'beforeClaim':
      return reach('beforeClaim');
    case 'afterClaim':
      if (moment.claims.length === 0) return;
      diary.write({ kind: 'claimed', claims: moment.claims.map(({ subject, fence }) => [subject, fence]) });
      return reach('afterClaim');
    case 'beforeRecord':
    case 'afterRecord':
    case 'recordRefused': {
      const { claim, outbox, isRelease } = moment;
      const rows = outbox.map(({ id, state, summary }): [string, string, string] => [id, state, summary]);
      diary.write({ kind: moment.kind, subject: claim.subject, fence: claim.fence, isRelease, rows });
      if (moment.kind === 'recordRefused') return;
      if (rows.some(([, state]) => state === 'sent'))
        reach(moment.kind === 'beforeRecord' ? 'beforeRecord' : 'afterRecord');
      if (isRelease && moment.kind === 'beforeRecord') reach('beforeAck');
      return;
    }
    default:
      return moment satisfies never;
  }
}

/** What requests carry: the channels below do not tell. */
const bodies = new WeakMap<ClientRequest, string>();

/** Calls that have an effect, seen from Node's own HTTP client. */
function watchCalls(): void {
  const { end } = ClientRequest.prototype;
  ClientRequest.prototype.end = function (this: ClientRequest, ...args: unknown[]) {
    if (typeof args[0] === 'string') bodies.set(this, args[0]);
    return Reflect.apply(end, this, args);
  };
  subscribe('http.client.request.start', (message) => {
    // The channel's documented message.
    const { request } = message as { request: ClientRequest };
    if (request.method !== 'POST') return;
    reach('beforeConnect');
    const text = /\d\/4 for [^"\\]+/.exec(bodies.get(request) ?? '')?.[0];
    request.once('finish', () => {
      if (text !== undefined) diary.write({ kind: 'handedOver', text });
      reach('afterLastByte');
    });
  });
  subscribe('http.client.response.finish', (message) => {
    // The channel's documented message; it is told when the head of the answer is there.
    const { request } = message as { request: ClientRequest; response: IncomingMessage };
    if (request.method === 'POST') reach('beforeResponseRead');
  });
}

const settings = parseSettings(process.env, ['--role=worker']);
const log = createLog({ level: settings.logLevel, isPretty: false });
const keyRing = loadLocalKeyRing(settings.dataDir);
const ownerUrl = settings.databaseUrl ?? '';
const appUrl = appUrlFor(ownerUrl, appRoleFor(ownerUrl, keyRing.keys));
const database = createDatabase({ appUrl, maxConnections: settings.databaseConnections });
const clock = await createDatabaseClock(database.pool);
const live = createLive({ pool: database.pool, appUrl, log });
const app = instagramApp(settings);
if (app === undefined) throw new Error('The bench gives an Instagram app');
const runtime = createRuntime({
  database,
  registry: createHandlerRegistry(builtInHandlers),
  connections: createConnections({
    database,
    vault: createVault({ database, keyRing }),
    live,
    clock,
    log,
    platforms: new Map(builtInPlatforms.map((platform) => [platform.id, platform])),
    apps: new Map([['instagram', app]]),
    sandboxed: new Set(),
    publicUrl: settings.publicUrl,
  }),
  live,
  log,
  clock,
  ai: { answer: () => Promise.reject(new Error('These flows ask no model')) },
  http: { request: () => Promise.reject(new Error('These flows call no address')) },
  metrics: createRuntimeMetrics(),
  concurrency: order.turnsAtOnce,
  onMoment,
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => void runtime.stop().finally(() => process.exit(0)));
watchCalls();
// First said, then done: the very first claim may be its last.
process.send?.({ kind: 'ready' }, undefined, {}, () => runtime.start({ worker: true, scheduler: false }));
