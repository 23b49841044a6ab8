import type { FaultRule, SandboxSettings } from '@heddle/nodes/instagram-customer';

const TARGETS: Readonly<Record<FaultRule['target'], readonly [one: string, many: string]>> = {
  send: ['send', 'sends'],
  'sender-action': ['typing or seen mark', 'typing and seen marks'],
  'comment-reply': ['public reply', 'public replies'],
  publish: ['publishing call', 'publishing calls'],
  container: ['container call', 'container calls'],
  read: ['reading call', 'reading calls'],
  oauth: ['sign-in call', 'sign-in calls'],
  any: ['call', 'calls'],
};

/** The troubles that are switched on now, each in a few words; empty when Instagram behaves. */
export function describeTroubles(settings: Pick<SandboxSettings, 'rules' | 'latencyMs' | 'webhooks'>): string[] {
  const { webhooks, latencyMs } = settings;
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return [
    ...settings.rules.filter((rule) => rule.remaining !== 0).map(describeRule),
    ...(latencyMs.max > 0 ? [`every call takes ${latencyMs.min / 1000} to ${latencyMs.max / 1000} s`] : []),
    ...(webhooks.duplicateRate > 0 ? [`${percent(webhooks.duplicateRate)} of webhooks come twice`] : []),
    ...(webhooks.reorderRate > 0 ? [`${percent(webhooks.reorderRate)} of webhooks come late`] : []),
    ...(webhooks.dropRate > 0 ? [`${percent(webhooks.dropRate)} of webhooks are lost`] : []),
    ...(webhooks.isPaused ? ['webhooks are held back'] : []),
  ];
}

function describeRule(rule: FaultRule): string {
  const [one, many] = TARGETS[rule.target];
  const who =
    rule.remaining === null
      ? `all ${many}`
      : rule.remaining === 1
        ? `the next ${one}`
        : `the next ${rule.remaining} ${many}`;
  const { outcome } = rule;
  switch (outcome.kind) {
    case 'graph-error':
      return `${who}: error ${outcome.code}${outcome.subcode === undefined ? '' : `/${outcome.subcode}`}`;
    case 'http-status':
      return `${who}: HTTP ${outcome.status}`;
    case 'no-answer':
      return `${who}: no answer${outcome.afterEffect ? ', though it took effect' : ''}`;
    case 'disconnect':
      return `${who}: connection cut${outcome.afterEffect ? ', though it took effect' : ''}`;
  }
}
