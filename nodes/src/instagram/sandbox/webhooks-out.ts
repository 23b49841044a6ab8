/**
 * Sends webhooks as Meta does (platforms.md C.1, C.2): at least once, no order promised, signed over the bytes sent, 5 s to
 * answer, retried at once and then ever more rarely over 36 hours. What is not delivered yet survives a restart.
 */
import type { DeliveriesView, WebhookSettings } from './customer-api.ts';
import type { SandboxConfig } from './options.ts';
import { isObject } from './json.ts';
import type { JsonObject } from './json.ts';
import type { AppRow, DeliveryRow } from './model.ts';
import type { SandboxState, Transaction } from './state.ts';
import { encodeWebhookBody, signWebhookBody } from './webhook-encoding.ts';
import { callApp } from './webhook-post.ts';
import { WebhookQueue } from './webhook-queue.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** At once, then rarer; 36 hours in all. Meta publishes the first and the last, the steps between are chosen. */
const RETRY_DELAYS_MS = [
  0,
  15 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  8 * HOUR,
  12 * HOUR,
];
const RECENT_LIMIT = 100;

export interface WebhookSenderParts {
  readonly state: SandboxState;
  readonly config: SandboxConfig;
  readonly settings: () => WebhookSettings;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly newId: () => string;
  readonly log: (message: string, facts?: Readonly<Record<string, unknown>>) => void;
}

export interface WebhookEvent {
  readonly accountId: string;
  /** Subscription field that this event belongs to. */
  readonly field: string;
  /** One person's or one post's events share a lane. */
  readonly lane: string;
  readonly entry: JsonObject;
}

export class WebhookSender {
  readonly #parts: WebhookSenderParts;
  readonly #queue = new WebhookQueue();
  readonly #counts = { delivered: 0, failedAttempts: 0, dropped: 0, givenUp: 0 };
  readonly #recent: DeliveriesView['recent'][number][] = [];
  readonly #firstTries = new Map<string, () => void>();
  readonly #idle = new Set<() => void>();
  #inFlight = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(parts: WebhookSenderParts) {
    this.#parts = parts;
  }

  /** Takes up what the last process left undelivered. */
  start(): void {
    for (const row of this.#parts.state.deliveries.all().sort((a, b) => a.seq - b.seq))
      this.#queue.add({ ...row, dueAtMs: 0 }, 0);
    this.pump();
  }

  /**
   * Plans an event for every app that is subscribed to its field, within the transaction that caused it.
   * @returns ids of the deliveries.
   */
  plan(tx: Transaction, event: WebhookEvent): string[] {
    const { state, settings, random, nowMs, newId } = this.#parts;
    const switches = settings();
    const ids: string[] = [];
    for (const subscription of state.subscriptions.group('account', event.accountId)) {
      const app = state.apps.find(subscription.appId);
      if (!app || app.callbackUrl === null || !subscription.fields.includes(event.field)) continue;
      if (random() < switches.dropRate) {
        this.#counts.dropped += 1;
        continue;
      }
      const isLate = random() < switches.reorderRate;
      const first = this.#row(
        app.id,
        event,
        isLate ? random() * switches.reorderDelayMs : 0,
        isLate ? `late:${newId()}` : event.lane,
      );
      const rows = [first];
      if (random() < switches.duplicateRate) rows.push(this.#row(app.id, event, random() * 300, `again:${first.id}`));
      for (const row of rows) state.deliveries.put(row.id, row);
      ids.push(first.id);
      tx.after(() => {
        for (const row of rows) this.#queue.add(row, nowMs());
        this.pump();
      });
    }
    return ids;
  }

  /** Resolves when each of these has been tried once (or is not waiting any more). */
  async firstTries(ids: readonly string[]): Promise<void> {
    const waiting = ids.filter((id) => this.#parts.state.deliveries.has(id));
    await Promise.all(waiting.map((id) => new Promise<void>((resolve) => this.#firstTries.set(id, resolve))));
  }

  /** Sends whatever can go now. Call after the clock or the settings changed. */
  pump(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    const { settings, nowMs, config } = this.#parts;
    const switches = settings();
    const next = this.#queue.wake(nowMs());
    while (!switches.isPaused && this.#queue.hasReady && this.#inFlight < config.webhookConcurrency) {
      const rows = this.#queue.take(Math.max(1, Math.min(1000, Math.floor(switches.batchSize))));
      if (rows.length === 0) break;
      this.#inFlight += 1;
      const failed = (error: unknown): void =>
        this.#parts.log('A webhook delivery broke off', { problem: String(error) });
      void this.#deliver(rows, switches)
        .catch(failed)
        .finally(() => {
          this.#inFlight -= 1;
          this.pump();
        });
    }
    if (next !== undefined)
      this.#timer = setTimeout(() => this.pump(), Math.min(Math.max(1, next - nowMs()), 60_000)).unref();
    if (this.#inFlight === 0 && (!this.#queue.hasReady || switches.isPaused)) {
      for (const resolve of this.#idle) resolve();
      this.#idle.clear();
    }
  }

  /** Resolves when nothing is under way and nothing could go now; retries that are due later do not count. */
  settle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.add(resolve);
      this.pump();
    });
  }

  view(): DeliveriesView {
    return { pending: this.#parts.state.deliveries.size, ...this.#counts, recent: this.#recent };
  }

  /** Forgets the queue and the counts (the rows are the caller's business). */
  reset(): void {
    this.#queue.clear();
    this.#recent.length = 0;
    Object.assign(this.#counts, { delivered: 0, failedAttempts: 0, dropped: 0, givenUp: 0 });
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    for (const resolve of [...this.#idle, ...this.#firstTries.values()]) resolve();
  }

  /** The challenge handshake of C.1. @returns what is wrong, or `null`. */
  async verify(callbackUrl: string, verifyToken: string): Promise<string | null> {
    const challenge = String(Math.floor(this.#parts.random() * 9e8) + 1e8);
    const url = new URL(callbackUrl);
    url.searchParams.set('hub.mode', 'subscribe');
    url.searchParams.set('hub.challenge', challenge);
    url.searchParams.set('hub.verify_token', verifyToken);
    const answer = await callApp(url.href, { method: 'GET', timeoutMs: this.#parts.config.webhookTimeoutMs });
    if (answer.status === 200 && answer.text.trim() === challenge) return null;
    return answer.problem ?? `The callback answered ${answer.status ?? 'nothing'} and not the bare challenge.`;
  }

  #row(appId: string, event: WebhookEvent, delayMs: number, lane: string): DeliveryRow {
    const { state, nowMs, newId } = this.#parts;
    return {
      id: newId(),
      seq: state.nextSeq(),
      appId,
      lane,
      entry: event.entry,
      createdAtMs: nowMs(),
      attempts: 0,
      dueAtMs: nowMs() + Math.round(delayMs),
    };
  }

  async #deliver(rows: readonly DeliveryRow[], switches: WebhookSettings): Promise<void> {
    const { state, nowMs, log } = this.#parts;
    const app = state.apps.find(rows[0]?.appId ?? '');
    const startedAtMs = performance.now();
    const attempt = Math.max(...rows.map((row) => row.attempts)) + 1;
    const body = encodeWebhookBody(
      { object: 'instagram', entry: joinEntries(rows, switches) },
      switches.escapesSymbols,
    );
    const result = app ? await this.#post(app, body, switches) : { status: null, problem: 'The app is gone.' };
    const isDelivered = result.status !== null && result.status >= 200 && result.status < 300;
    this.#remember(app, rows, body, attempt, result, performance.now() - startedAtMs);
    const again = isDelivered ? [] : rows.map((row) => this.#retry(row));
    try {
      await state.transact((tx) => {
        rows.forEach((row, index) => {
          if (!state.deliveries.has(row.id)) return; // the sandbox was reset meanwhile
          const retry = again[index];
          if (!retry) state.deliveries.delete(row.id);
          else {
            state.deliveries.put(row.id, retry);
            tx.after(() => this.#queue.add(retry, nowMs()));
          }
        });
      });
    } catch (error) {
      log('A webhook delivery could not be recorded', { problem: String(error) });
    }
    for (const row of rows) {
      this.#queue.release(row);
      this.#firstTries.get(row.id)?.();
      this.#firstTries.delete(row.id);
    }
  }

  async #post(
    app: AppRow,
    body: Buffer,
    switches: WebhookSettings,
  ): Promise<{ status: number | null; problem: string | null }> {
    const { config, state, log } = this.#parts;
    if (app.callbackUrl === null) return { status: null, problem: 'The app has no callback.' };
    if (!app.isVerified) {
      const problem = await this.verify(app.callbackUrl, app.verifyToken);
      if (problem !== null) return { status: null, problem: `Challenge failed: ${problem}` };
      await state.transact(() => state.apps.put(app.id, { ...(state.apps.find(app.id) ?? app), isVerified: true }));
      log('Webhook callback verified', { url: app.callbackUrl });
    }
    const signature = signWebhookBody(
      body,
      switches.signingSecret === 'meta' ? config.app.metaSecret : config.app.secret,
    );
    const headers = {
      'content-type': 'application/json',
      'x-hub-signature-256': signature.sha256,
      'x-hub-signature': signature.sha1,
    };
    return callApp(app.callbackUrl, { method: 'POST', headers, body, timeoutMs: config.webhookTimeoutMs });
  }

  /** The row for its next try, or `undefined` when 36 hours of retries are over. */
  #retry(row: DeliveryRow): DeliveryRow | undefined {
    this.#counts.failedAttempts += 1;
    const delayMs = RETRY_DELAYS_MS[row.attempts];
    if (delayMs === undefined) {
      this.#counts.givenUp += 1;
      return undefined;
    }
    // a retry has a lane of its own, so that it holds up nobody
    return {
      ...row,
      lane: `again:${row.id}`,
      attempts: row.attempts + 1,
      dueAtMs: this.#parts.nowMs() + delayMs * this.#parts.config.retryScale,
    };
  }

  #remember(
    app: AppRow | undefined,
    rows: readonly DeliveryRow[],
    body: Buffer,
    attempt: number,
    result: { status: number | null; problem: string | null },
    durationMs: number,
  ): void {
    if (result.status !== null && result.status >= 200 && result.status < 300) this.#counts.delivered += rows.length;
    this.#recent.unshift({
      id: rows[0]?.id ?? '',
      url: app?.callbackUrl ?? '',
      atMs: this.#parts.nowMs(),
      attempt,
      status: result.status,
      durationMs: Math.round(durationMs),
      body: body.toString('ascii').slice(0, 4000),
      problem: result.problem,
    });
    if (this.#recent.length > RECENT_LIMIT) this.#recent.pop();
  }
}

/** Several events of one POST: an entry each, or items of one entry where account and kind are the same. */
function joinEntries(rows: readonly DeliveryRow[], switches: WebhookSettings): JsonObject[] {
  if (switches.batchShape === 'entries') return rows.map((row) => row.entry);
  const joined: Record<string, unknown>[] = [];
  for (const { entry } of rows) {
    const kind = ['messaging', 'changes', 'standby'].find((key) => Array.isArray(entry[key]));
    const target =
      kind === undefined
        ? undefined
        : joined.find((other) => isObject(other) && other['id'] === entry['id'] && Array.isArray(other[kind]));
    if (kind !== undefined && target) target[kind] = [...asList(target[kind]), ...asList(entry[kind])];
    else joined.push({ ...entry });
  }
  return joined;
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
