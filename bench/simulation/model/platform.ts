import type { ReconcileResult } from '@heddle/engine';
import { FlowError, type PlatformAction, type SendReceipt } from '@heddle/schemas';
import type { Prng } from '../prng.ts';

/** How the platform behaves. Probabilities per call. */
export interface PlatformMood {
  /** "Come back later", certainly without effect. */
  readonly refusedForNow: number;
  /** "No", certainly without effect. */
  readonly refusedForGood: number;
  /** No answer, and no effect. */
  readonly lostBefore: number;
  /** No answer, but the effect. */
  readonly lostAfter: number;
  /** It keeps a list of what it did and can be asked. */
  readonly canBeAsked: boolean;
  /** An echo of what was sent comes back as an event, with this probability. */
  readonly echoes: number;
}

/** The model of the outside world: what really arrived. Outlives every process. */
export interface ModelPlatform {
  mood: PlatformMood;
  /** Effects by `sendName`: the judge's ground truth. */
  readonly effects: Map<string, string[]>;
  /** One call, at the moment when it arrives. @throws FlowError */
  perform(name: string, action: PlatformAction, nowMs: number): SendReceipt;
  /** Whether a call arrived. */
  reconcile(name: string, action: PlatformAction): ReconcileResult;
}

const CALM: PlatformMood = {
  refusedForNow: 0,
  refusedForGood: 0,
  lostBefore: 0,
  lostAfter: 0,
  canBeAsked: true,
  echoes: 0,
};

/** The platform when faults have stopped; `canBeAsked` stays what it was. */
export function calm(mood: PlatformMood): PlatformMood {
  return { ...CALM, canBeAsked: mood.canBeAsked };
}

export function createPlatform(
  random: Prng,
  mood: PlatformMood,
  onEffect: (name: string, action: PlatformAction, id: string) => void,
): ModelPlatform {
  const effects = new Map<string, string[]>();
  let count = 0;
  const platform: ModelPlatform = {
    mood,
    effects,
    perform(name, action, nowMs) {
      const { refusedForNow, refusedForGood, lostBefore, lostAfter } = platform.mood;
      let draw = random.next();
      const falls = (probability: number): boolean => (draw -= probability) < 0;
      if (falls(refusedForNow)) {
        const isLimit = random.chance(0.5);
        throw isLimit
          ? new FlowError('PLATFORM_RATE_LIMITED', 'Slow down.', {
              retryAtMs: nowMs + random.between(500, 120_000),
              details: { sent: false },
            })
          : new FlowError('PLATFORM_UNAVAILABLE', 'Busy.', { details: { sent: false } });
      }
      if (falls(refusedForGood)) throw new FlowError('PLATFORM_REFUSED', 'No.', { details: { sent: false } });
      const noAnswer = (): FlowError =>
        new FlowError('PLATFORM_UNAVAILABLE', 'No answer came.', { details: { sent: true } });
      if (falls(lostBefore)) throw noAnswer();
      count += 1;
      const id = `m${count}`;
      const known = effects.get(name);
      if (known === undefined) effects.set(name, [id]);
      else known.push(id);
      onEffect(name, action, id);
      if (falls(lostAfter)) throw noAnswer();
      return action.kind === 'http'
        ? { platformId: null, data: { status: 200, headers: {}, body: '{}' } }
        : { platformId: id };
    },
    reconcile(name, action) {
      if (action.kind === 'http')
        return { outcome: 'unknown', reason: 'The called service cannot be asked whether the call arrived.' };
      if (!platform.mood.canBeAsked) return { outcome: 'unknown', reason: 'The platform keeps no list.' };
      const found = effects.get(name)?.[0];
      return found === undefined ? { outcome: 'notSent' } : { outcome: 'sent', receipt: { platformId: found } };
    },
  };
  return platform;
}
