/** The sandbox's switches: defaults, reading a patch from outside, merging. */
import type { FaultOutcome, FaultRule, FaultTarget, SandboxSettings, SandboxSettingsPatch } from './customer-api.ts';
import { findBoolean, findNumber, findText, isObject } from './json.ts';
import type { JsonObject } from './json.ts';

export const DEFAULT_SETTINGS: SandboxSettings = {
  rules: [],
  latencyMs: { min: 0, max: 0 },
  webhooks: {
    duplicateRate: 0,
    reorderRate: 0,
    reorderDelayMs: 2000,
    dropRate: 0,
    batchSize: 1,
    batchShape: 'entries',
    echoBeforeAnswer: false,
    commentEnvelope: 'changes',
    escapesSymbols: false,
    signingSecret: 'instagram',
    isPaused: false,
  },
  variants: {
    tokenAnswer: 'wrapped',
    permissionsAs: 'text',
    userIdAs: 'text',
    consentErrorCode: 230,
    sendsPerSecond: 100,
    allowsRichPrivateReplies: false,
    repeatedPrivateReply: '100/2534025',
    hasHumanAgentFeature: true,
    hasMultiImage: true,
    quotaTotal: 100,
    enforcesRateLimits: true,
    imageProcessingMs: 1000,
    videoProcessingMs: 6000,
  },
};

const TARGETS: readonly FaultTarget[] = [
  'send',
  'sender-action',
  'comment-reply',
  'publish',
  'container',
  'read',
  'oauth',
  'any',
];

/** Allowed values of the switches that are not numbers or booleans. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  batchShape: ['entries', 'items'],
  commentEnvelope: ['changes', 'flat'],
  signingSecret: ['instagram', 'meta'],
  tokenAnswer: ['wrapped', 'flat'],
  permissionsAs: ['text', 'list'],
  userIdAs: ['text', 'number'],
  repeatedPrivateReply: ['100/2534025', '10/2534022'],
};

/** A switch that does not exist or has a value it cannot have. */
export class SettingsError extends Error {}

/** @throws SettingsError naming the field. */
export function parseSettingsPatch(value: unknown): SandboxSettingsPatch {
  if (!isObject(value)) throw new SettingsError('The settings must be a JSON object.');
  for (const key of Object.keys(value))
    if (!(key in DEFAULT_SETTINGS)) throw new SettingsError(`Unknown setting "${key}".`);
  return {
    ...(value['rules'] === undefined ? {} : { rules: parseRules(value['rules']) }),
    ...(value['latencyMs'] === undefined ? {} : { latencyMs: parseLatency(value['latencyMs']) }),
    ...(value['webhooks'] === undefined
      ? {}
      : { webhooks: parseSwitches(value['webhooks'], DEFAULT_SETTINGS.webhooks, 'webhooks') }),
    ...(value['variants'] === undefined
      ? {}
      : { variants: parseSwitches(value['variants'], DEFAULT_SETTINGS.variants, 'variants') }),
  };
}

export function applySettingsPatch(settings: SandboxSettings, patch: SandboxSettingsPatch): SandboxSettings {
  return {
    rules: patch.rules ?? settings.rules,
    latencyMs: patch.latencyMs ?? settings.latencyMs,
    webhooks: { ...settings.webhooks, ...patch.webhooks },
    variants: { ...settings.variants, ...patch.variants },
  };
}

/** Takes each given switch when it has the type of its default, and one of its choices if it has choices. */
function parseSwitches<T extends object>(value: unknown, defaults: T, where: string): Partial<T> {
  if (!isObject(value)) throw new SettingsError(`"${where}" must be an object.`);
  const known = new Map<string, unknown>(Object.entries(defaults));
  for (const [key, given] of Object.entries(value)) {
    const expected = known.get(key);
    if (expected === undefined) throw new SettingsError(`Unknown setting "${where}.${key}".`);
    if (typeof given !== typeof expected) throw new SettingsError(`"${where}.${key}" must be a ${typeof expected}.`);
    if (typeof given === 'number' && (!Number.isFinite(given) || given < 0))
      throw new SettingsError(`"${where}.${key}" must be a number of at least 0.`);
    const choices = CHOICES[key];
    if (choices && !choices.includes(String(given)))
      throw new SettingsError(`"${where}.${key}" must be one of ${choices.join(', ')}.`);
  }
  return value as Partial<T>; // every key is one of T and every value has been compared with T's own default
}

function parseLatency(value: unknown): { min: number; max: number } {
  const min = isObject(value) ? findNumber(value, 'min') : undefined;
  const max = isObject(value) ? findNumber(value, 'max') : undefined;
  if (min === undefined || max === undefined || min < 0 || max < min || max > 120_000)
    throw new SettingsError('"latencyMs" needs 0 <= min <= max <= 120000.');
  return { min, max };
}

function parseRules(value: unknown): FaultRule[] {
  if (!Array.isArray(value) || value.length > 100)
    throw new SettingsError('"rules" must be a list of at most 100 rules.');
  return value.map((item: unknown, index) => {
    if (!isObject(item)) throw new SettingsError(`"rules[${index}]" must be an object.`);
    const target = TARGETS.find((known) => known === item['target']);
    if (!target) throw new SettingsError(`"rules[${index}].target" must be one of ${TARGETS.join(', ')}.`);
    const remaining =
      item['remaining'] === undefined || item['remaining'] === null ? null : findNumber(item, 'remaining');
    if (remaining === undefined) throw new SettingsError(`"rules[${index}].remaining" must be a number or null.`);
    const probability = findNumber(item, 'probability');
    return {
      target,
      outcome: parseOutcome(item['outcome'], index),
      remaining,
      ...(probability === undefined ? {} : { probability }),
    };
  });
}

function parseOutcome(value: unknown, index: number): FaultOutcome {
  const wrong = new SettingsError(`"rules[${index}].outcome" is not complete: see FaultOutcome.`);
  if (!isObject(value)) throw wrong;
  const afterEffect = findBoolean(value, 'afterEffect') ?? false;
  switch (value['kind']) {
    case 'graph-error':
      return parseGraphOutcome(value, wrong);
    case 'http-status': {
      const status = findNumber(value, 'status');
      if (status === undefined || status < 200 || status > 599) throw wrong;
      return { kind: 'http-status', status, afterEffect };
    }
    case 'no-answer':
      return { kind: 'no-answer', afterEffect };
    case 'disconnect':
      return { kind: 'disconnect', afterEffect };
    default:
      throw wrong;
  }
}

function parseGraphOutcome(value: JsonObject, wrong: SettingsError): FaultOutcome {
  const code = findNumber(value, 'code');
  if (code === undefined) throw wrong;
  const subcode = findNumber(value, 'subcode');
  const isTransient = findBoolean(value, 'isTransient');
  const httpStatus = findNumber(value, 'httpStatus');
  const message = findText(value, 'message');
  return {
    kind: 'graph-error',
    code,
    ...(subcode === undefined ? {} : { subcode }),
    ...(isTransient === undefined ? {} : { isTransient }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(message === undefined ? {} : { message }),
  };
}
