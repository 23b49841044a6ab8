import { defineHandler, done, suspend, type NodeResult } from '@heddle/engine';
import { ERRORS, FlowError, isJsonObject, type ErrorCode, type JsonObject, type JsonValue } from '@heddle/schemas';
import { findOutdated } from '../check-is-current.ts';
import { readPost, textOf } from '../read-post.ts';
import { validate } from './definition.ts';

/** A rolling window gives a post back now and then: look again this often … */
const QUOTA_RECHECK_MS = 30 * 60_000;
/** … until it has certainly turned over once. */
const QUOTA_GIVE_UP_MS = 25 * 3_600_000;

/** Errors that a person has to mend; everything else is tried again by the node's retry setting. */
const FOR_A_PERSON = new Set<ErrorCode>([
  'CONNECTION_NOT_READY',
  'PLATFORM_TOKEN_INVALID',
  'PLATFORM_PERMISSION_MISSING',
  'PLATFORM_ACCOUNT_PAUSED',
]);

export const validateHandler = defineHandler(validate, {
  run: async ({ config, trigger, read, records, nowMs, memo }) => {
    const outdated = await findOutdated(records, trigger);
    if (outdated !== null) return invalid([{ code: 'post.outdated', message: outdated, remedy: '' }]);
    const post = readPost(config, trigger);
    let check: JsonValue;
    try {
      check = await read(config.connection, 'publishingCheck', {
        caption: post.caption,
        media: post.media.map((item) => ({ ...item })),
      });
    } catch (error) {
      if (!(error instanceof FlowError) || !FOR_A_PERSON.has(error.code)) throw error;
      return invalid([{ code: error.code, message: error.message, remedy: ERRORS[error.code].remedy }]);
    }
    const answer = isJsonObject(check) ? check : {};
    const problems = Array.isArray(answer['problems']) ? answer['problems'].filter(isJsonObject) : [];
    if (problems.length > 0) return invalid(problems);
    const quota = isJsonObject(answer['quota']) ? answer['quota'] : {};
    const [used, total] = [Number(quota['used'] ?? 0), Number(quota['total'] ?? Infinity)];
    if (used >= total) return waitForQuota(total, nowMs, memo);
    return done('valid', { pictures: post.media.length, quotaUsed: used, quotaTotal: total });
  },
});

function waitForQuota(total: number, nowMs: number, memo: JsonValue | undefined): NodeResult {
  const sinceMs = isJsonObject(memo) ? Number(memo['quotaSinceMs'] ?? nowMs) : nowMs;
  if (nowMs - sinceMs >= QUOTA_GIVE_UP_MS) {
    const message = `The account has used its ${total} posts of 24 hours for more than a day.`;
    return invalid([{ code: 'quota.used', message, remedy: 'Publish less from other tools, then try again.' }]);
  }
  return suspend({ kind: 'time', dueAtMs: nowMs + QUOTA_RECHECK_MS }, { quotaSinceMs: sinceMs });
}

function invalid(problems: JsonObject[]): NodeResult {
  const reason = problems.map((item) => `${textOf(item['message'])} ${textOf(item['remedy'])}`.trim()).join(' ');
  return done('invalid', { reason, problems });
}
