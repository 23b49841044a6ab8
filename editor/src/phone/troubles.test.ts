import { FAULT_PRESETS, type SandboxSettings } from '@heddle/nodes/instagram-customer';
import { expect, it } from 'vitest';
import { describeTroubles } from './troubles.ts';

const CALM: Pick<SandboxSettings, 'rules' | 'latencyMs' | 'webhooks'> = {
  rules: [],
  latencyMs: { min: 0, max: 0 },
  webhooks: {
    duplicateRate: 0,
    reorderRate: 0,
    reorderDelayMs: 0,
    dropRate: 0,
    batchSize: 1,
    batchShape: 'entries',
    echoBeforeAnswer: false,
    commentEnvelope: 'changes',
    escapesSymbols: false,
    signingSecret: 'instagram',
    isPaused: false,
  },
};

it('says nothing when nothing is wrong', () => {
  expect(describeTroubles(CALM)).toEqual([]);
});

it('has words for every preset', () => {
  for (const preset of FAULT_PRESETS) {
    const settings = {
      ...CALM,
      ...(preset.patch.rules === undefined ? {} : { rules: preset.patch.rules }),
      latencyMs: preset.patch.latencyMs ?? CALM.latencyMs,
      webhooks: { ...CALM.webhooks, ...preset.patch.webhooks },
    };
    expect(describeTroubles(settings), preset.key).not.toEqual([]);
  }
});

it('counts down, and leaves out what is used up', () => {
  const rule = { target: 'send', outcome: { kind: 'graph-error', code: 613 }, remaining: 2 } as const;
  expect(describeTroubles({ ...CALM, rules: [rule, { ...rule, remaining: 0 }] })).toEqual([
    'the next 2 sends: error 613',
  ]);
});
