/**
 * Rate limits of platforms.md F.1, counted on the sandbox's clock and in memory: a restart forgives everything.
 * Which subcode goes with 613 is observed, not documented.
 */
import type { PlatformVariants } from './customer-api.ts';
import { GraphError } from './graph-error.ts';
import { DAY_MS, HOUR_MS } from './graph-time.ts';
import type { AccountRow } from './model.ts';

const SECOND_MS = 1000;
/** 200 calls per daily user of the app and hour; the sandbox's app has a thousand of them. */
const APP_CALLS_PER_HOUR = 200 * 1000;
const CALLS_PER_IMPRESSION = 4800;
const AUDIO_VIDEO_PER_SECOND = 10;
const CONVERSATION_CALLS_PER_SECOND = 2;
const PRIVATE_REPLIES_PER_HOUR = 750;
const LIVE_PRIVATE_REPLIES_PER_SECOND = 100;
const CONTAINERS_PER_DAY = 400;

export type RateBucket = 'instagram' | 'messaging' | 'conversations';
export type SendRate = 'text' | 'audio-video' | 'private-reply' | 'live-private-reply';

/** Counts calls in a moving window, in sixty slices, so that memory does not grow with traffic. */
class MovingCount {
  readonly #sliceMs: number;
  readonly #slices = new Map<number, number>();

  constructor(windowMs: number) {
    this.#sliceMs = Math.max(1, windowMs / 60);
  }

  add(nowMs: number): void {
    const slice = Math.floor(nowMs / this.#sliceMs);
    this.#slices.set(slice, (this.#slices.get(slice) ?? 0) + 1);
    for (const old of this.#slices.keys()) if (old <= slice - 60) this.#slices.delete(old);
  }

  total(nowMs: number): number {
    const slice = Math.floor(nowMs / this.#sliceMs);
    let total = 0;
    for (const [each, count] of this.#slices) if (each > slice - 60) total += count;
    return total;
  }
}

export class RateLimits {
  readonly #nowMs: () => number;
  readonly #variants: () => PlatformVariants;
  readonly #counts = new Map<string, MovingCount>();

  constructor(parts: { nowMs: () => number; variants: () => PlatformVariants }) {
    this.#nowMs = parts.nowMs;
    this.#variants = parts.variants;
  }

  /** Counts one Graph call. @throws GraphError 4, 80002 or 613 when the allowance is used up. */
  chargeCall(account: AccountRow, bucket: RateBucket): void {
    this.#charge(
      'app',
      HOUR_MS,
      APP_CALLS_PER_HOUR,
      () => new GraphError(4, '(#4) Application request limit reached', { isTransient: true }),
    );
    if (bucket === 'instagram')
      this.#charge(
        `ig:${account.id}`,
        DAY_MS,
        account.impressions24h * CALLS_PER_IMPRESSION,
        () =>
          new GraphError(
            80002,
            `(#80002) There have been too many calls to this Instagram account. Wait a bit and try again.`,
          ),
      );
    if (bucket === 'conversations')
      this.#charge(`conversations:${account.id}`, SECOND_MS, CONVERSATION_CALLS_PER_SECOND, callsPerSecond);
  }

  /** Counts one message. @throws GraphError 613. */
  chargeSend(account: AccountRow, rate: SendRate): void {
    switch (rate) {
      case 'text':
        return this.#charge(`send:${account.id}`, SECOND_MS, this.#variants().sendsPerSecond, callsPerSecond);
      case 'audio-video':
        return this.#charge(`send-av:${account.id}`, SECOND_MS, AUDIO_VIDEO_PER_SECOND, callsPerSecond);
      case 'private-reply':
        return this.#charge(`private:${account.id}`, HOUR_MS, PRIVATE_REPLIES_PER_HOUR, callsPerSecond);
      case 'live-private-reply':
        return this.#charge(`private-live:${account.id}`, SECOND_MS, LIVE_PRIVATE_REPLIES_PER_SECOND, callsPerSecond);
    }
  }

  /** Counts one container. The limit is documented, its code is not: 9/2207042 is assumed. @throws GraphError 9. */
  chargeContainer(account: AccountRow): void {
    this.#charge(
      `containers:${account.id}`,
      DAY_MS,
      CONTAINERS_PER_DAY,
      () =>
        new GraphError(9, '(#9) Application request limit reached: too many containers in 24 hours', {
          subcode: 2207042,
        }),
    );
  }

  /** `X-App-Usage` and `X-Business-Use-Case-Usage`, in percent of the allowance. */
  headers(account: AccountRow | null): Record<string, string> {
    const app = this.#percent('app', APP_CALLS_PER_HOUR);
    const headers: Record<string, string> = {
      'x-app-usage': JSON.stringify({
        call_count: app,
        total_time: Math.ceil(app / 2),
        total_cputime: Math.ceil(app / 2),
      }),
    };
    if (account) {
      const limit = account.impressions24h * CALLS_PER_IMPRESSION;
      const used = this.#percent(`ig:${account.id}`, limit);
      headers['x-business-use-case-usage'] = JSON.stringify({
        [account.id]: [
          {
            type: 'instagram',
            call_count: used,
            total_cputime: Math.ceil(used / 3),
            total_time: Math.ceil(used / 3),
            estimated_time_to_regain_access: used >= 100 ? DAY_MS / 60 / 60_000 : 0,
          },
        ],
      });
    }
    return headers;
  }

  reset(): void {
    this.#counts.clear();
  }

  #charge(key: string, windowMs: number, limit: number, refusal: () => GraphError): void {
    const count = this.#counts.get(key) ?? new MovingCount(windowMs);
    this.#counts.set(key, count);
    const nowMs = this.#nowMs();
    if (this.#variants().enforcesRateLimits && count.total(nowMs) >= limit) throw refusal();
    count.add(nowMs);
  }

  #percent(key: string, limit: number): number {
    const used = this.#counts.get(key)?.total(this.#nowMs()) ?? 0;
    return limit === 0 ? 100 : Math.min(100, Math.ceil((used / limit) * 100));
  }
}

function callsPerSecond(): GraphError {
  return new GraphError(613, '(#613) Calls to this api have exceeded the rate limit.', { subcode: 2534040 });
}
