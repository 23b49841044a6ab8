import { expect, it } from 'vitest';
import { LatencyHistogram } from '../support/latency-histogram.ts';
import type { EngineKey } from './choose-engines.ts';
import type { KillsVerdict } from './measure-kills.ts';
import { concludePeers, killsRow, speedRow, type Outcome } from './report.ts';

const UNHURT: KillsVerdict = {
  accepted: 500,
  notAccepted: 0,
  attempts: 600,
  kills: 10,
  cameBack: 10,
  lost: [],
  doubled: [],
  held: [],
  heldAndCame: [],
  strange: [],
};

function outcome(key: EngineKey, perSecond: number[], kills: KillsVerdict | undefined = UNHURT): Outcome {
  const latency = new LatencyHistogram();
  latency.record(5);
  return { key, name: key, speed: { perSecond, failedRounds: 0, missing: 0, latency }, kills };
}

function goal(outcomes: Outcome[], name: string) {
  return concludePeers(outcomes).goals.find((each) => each.name.includes(name));
}

it('compares with Node-RED in each of its settings, apart', () => {
  const outcomes = [outcome('heddle', [900, 1_100]), outcome('nodeRed', [800]), outcome('nodeRedKeepAlive', [2_000])];
  expect(goal(outcomes, 'Node-RED as it comes')).toMatchObject({ figure: 1.25, held: true });
  expect(goal(outcomes, 'Node-RED with keep-alive')).toMatchObject({ figure: 0.5, held: false });
});

it('compares with n8n at its fastest, whatever setting that is', () => {
  const outcomes = [
    outcome('heddle', [1_000]),
    outcome('n8n', [30]),
    outcome('n8nFastest', [40]),
    outcome('n8nDurable', []),
  ];
  expect(goal(outcomes, 'n8n')).toMatchObject({ figure: 25, held: true });
});

it('holds no goal whose engine was left out or never worked', () => {
  const outcomes = [outcome('heddle', [1_000]), outcome('nodeRed', [])];
  expect(goal(outcomes, 'Node-RED as it comes')).toMatchObject({ figure: Number.NaN, held: false });
  expect(goal(outcomes, 'n8n')).toMatchObject({ figure: Number.NaN, held: false });
});

it('says in table and figures that an engine did not come back', () => {
  const dead: KillsVerdict = { ...UNHURT, accepted: 180, notAccepted: 320, kills: 4, cameBack: 3, lost: ['a', 'b'] };
  const outcomes = [outcome('n8n', [30], dead)];
  expect(outcomes.map(killsRow)).toMatchObject([
    { 'came back': 'did not come back after kill 4', accepted: 180, 'not accepted': 320, lost: 2 },
  ]);
  expect(concludePeers(outcomes).figures).toMatchObject({
    n8nKills: 4,
    n8nCameBack: 3,
    n8nNotAccepted: 320,
    n8nLost: 2,
  });
});

it('counts a return of ours that failed', () => {
  const name = 'returns after kill -9 that failed';
  expect(goal([outcome('heddle', [1])], name)).toMatchObject({ figure: 0, held: true });
  expect(goal([outcome('heddle', [1], { ...UNHURT, cameBack: 9 })], name)).toMatchObject({ figure: 1, held: false });
});

it('has a row and no figures of kills for an engine that could not be killed', () => {
  const never: Outcome = { ...outcome('n8n', []), kills: undefined };
  expect(killsRow(never)).toMatchObject({ 'came back': 'not measured', lost: '-' });
  expect(speedRow(never)).toMatchObject({ rounds: '', 'failed rounds': 0 });
  expect(concludePeers([never]).figures).not.toHaveProperty('n8nLost');
});
