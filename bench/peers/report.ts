import type { BenchmarkResult } from '../support/benchmark.ts';
import { atLeast, exactly } from '../support/goal.ts';
import type { LatencyHistogram } from '../support/latency-histogram.ts';
import type { TableRow } from '../support/text-table.ts';
import type { EngineKey } from './choose-engines.ts';
import type { KillsVerdict } from './measure-kills.ts';

/** What one engine did in all rounds. */
export interface Speed {
  /** Of the rounds in which it worked. */
  readonly perSecond: number[];
  /** It did not start, or not one run came to its end. */
  failedRounds: number;
  /** Effects that did not come although nobody was killed. */
  missing: number;
  readonly latency: LatencyHistogram;
}

/** Everything measured of one engine. */
export interface Outcome {
  readonly key: EngineKey;
  readonly name: string;
  readonly speed: Speed;
  /** Undefined when it could not be measured: no rate was known, or it did not start. */
  readonly kills: KillsVerdict | undefined;
}

export function speedRow({ name, speed }: Outcome): TableRow {
  const { p50Ms, p95Ms } = speed.latency.summary();
  return {
    engine: name,
    'runs per second': median(speed.perSecond),
    rounds: speed.perSecond.map((perSecond) => perSecond.toFixed(1)).join(', '),
    'failed rounds': speed.failedRounds,
    'p50, ms': p50Ms,
    'p95, ms': p95Ms,
    'effects missing': speed.missing,
  };
}

export function killsRow({ name, kills }: Outcome): TableRow {
  return {
    engine: name,
    'came back': kills === undefined ? 'not measured' : describeReturns(kills),
    accepted: kills?.accepted ?? '-',
    'not accepted': kills?.notAccepted ?? '-',
    attempts: kills?.attempts ?? '-',
    lost: kills?.lost.length ?? '-',
    doubled: kills?.doubled.length ?? '-',
    'held as unknown': kills?.held.length ?? '-',
    'of these seen': kills?.heldAndCame.length ?? '-',
  };
}

/** @returns Such as `10 of 10` or `did not come back after kill 3`. */
export function describeReturns({ kills, cameBack }: Pick<KillsVerdict, 'kills' | 'cameBack'>): string {
  return cameBack < kills ? `did not come back after kill ${kills}` : `${cameBack} of ${kills}`;
}

/** The figures of all engines, and the goals for ours. One that compares with an engine that was left out cannot be held. */
export function concludePeers(outcomes: readonly Outcome[]): BenchmarkResult {
  const rates = new Map(outcomes.map(({ key, speed }) => [key, median(speed.perSecond)]));
  const ours = outcomes.find(({ key }) => key === 'heddle');
  const ofFastest = (...keys: EngineKey[]): number => {
    const known = keys.map((key) => rates.get(key) ?? Number.NaN).filter((rate) => !Number.isNaN(rate));
    return known.length === 0 ? Number.NaN : round((rates.get('heddle') ?? Number.NaN) / Math.max(...known));
  };
  return {
    figures: Object.assign({}, ...outcomes.map(figuresOf)),
    goals: [
      atLeast('Heddle: runs per second, of Node-RED as it comes', ofFastest('nodeRed'), 1),
      atLeast('Heddle: runs per second, of Node-RED with keep-alive', ofFastest('nodeRedKeepAlive'), 1),
      atLeast('Heddle: runs per second, of n8n at its fastest', ofFastest('n8n', 'n8nFastest', 'n8nDurable'), 20),
      exactly('Heddle: effects missing without a kill', ours?.speed.missing ?? Number.NaN, 0),
      exactly('Heddle: returns after kill -9 that failed', missed(ours?.kills), 0),
      exactly('Heddle: lost under kill -9', ours?.kills?.lost.length ?? Number.NaN, 0),
      exactly('Heddle: doubled under kill -9', ours?.kills?.doubled.length ?? Number.NaN, 0),
    ],
  };
}

function figuresOf({ key, speed, kills }: Outcome): Record<string, number> {
  const { p50Ms, p95Ms } = speed.latency.summary();
  const own: Record<string, number> = {
    PerSecond: round(median(speed.perSecond)),
    FailedRounds: speed.failedRounds,
    P50Ms: p50Ms,
    P95Ms: p95Ms,
  };
  const dead: Record<string, number> =
    kills === undefined
      ? {}
      : {
          Kills: kills.kills,
          CameBack: kills.cameBack,
          NotAccepted: kills.notAccepted,
          Lost: kills.lost.length,
          Doubled: kills.doubled.length,
          Unknown: kills.held.length,
        };
  return Object.fromEntries(Object.entries({ ...own, ...dead }).map(([figure, value]) => [`${key}${figure}`, value]));
}

function missed(kills: KillsVerdict | undefined): number {
  return kills === undefined ? Number.NaN : kills.kills - kills.cameBack;
}

/** The middle, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (upper + lower) / 2;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
