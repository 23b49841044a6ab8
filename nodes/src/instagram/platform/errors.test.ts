import { ERRORS, FlowError, type JsonObject } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { GRAPH_ERRORS, toGraphError } from './errors.ts';

const NOW_MS = 1_800_000_000_000;
const answer = (error: JsonObject, status = 400, headers: Record<string, string> = {}) =>
  toGraphError({ status, headers, body: { error } }, NOW_MS);

describe('the error table', () => {
  it('names each pair of numbers once', () => {
    const numbers = GRAPH_ERRORS.map((rule) => `${rule.code}/${rule.subcode ?? ''}`);
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  });

  it.each(GRAPH_ERRORS.map((rule) => [`${rule.code}/${rule.subcode ?? '*'}`, rule] as const))(
    '%s becomes what its row says, at any HTTP status',
    (_name, rule) => {
      for (const status of [400, 403, 500]) {
        const error = answer(
          {
            message: 'said',
            type: 'OAuthException',
            code: rule.code,
            ...(rule.subcode === undefined ? {} : { error_subcode: rule.subcode }),
          },
          status,
        );
        expect(error).toBeInstanceOf(FlowError);
        expect(error.code).toBe(rule.error);
        expect(error.message).toContain(rule.text);
        expect(error.details).toMatchObject({ class: rule.class, code: rule.code });
      }
    },
  );

  it('has retry rules that fit the classes', () => {
    for (const rule of GRAPH_ERRORS) {
      const wanted = {
        retry: 'backoff',
        wait: 'after',
        reauthorise: 'never',
        refuse: 'never',
        pauseAccount: 'never',
        final: 'never',
      }[rule.class];
      expect(ERRORS[rule.error].retry, `${rule.code}/${rule.subcode ?? ''}`).toBe(wanted);
    }
  });
});

describe('toGraphError', () => {
  it('takes an unknown subcode by its code, and 200 to 299 for permissions', () => {
    expect(answer({ code: 190, error_subcode: 999 }).code).toBe('PLATFORM_TOKEN_INVALID');
    expect(answer({ code: 283 }).code).toBe('PLATFORM_PERMISSION_MISSING');
    expect(answer({ code: 4242 }).code).toBe('PLATFORM_REFUSED');
    expect(answer({ code: 4242, is_transient: true }).code).toBe('PLATFORM_UNAVAILABLE');
  });

  it('waits as long as the usage header says, in minutes', () => {
    const usage = JSON.stringify({
      '1784': [
        { type: 'instagram', estimated_time_to_regain_access: 7 },
        { type: 'messenger', estimated_time_to_regain_access: 3 },
      ],
    });
    expect(answer({ code: 80002 }, 400, { 'x-business-use-case-usage': usage }).retryAtMs).toBe(NOW_MS + 7 * 60_000);
    expect(answer({ code: 613 }, 400, { 'x-business-use-case-usage': 'no json' }).retryAtMs).toBe(NOW_MS + 60_000);
    expect(answer({ code: 9, error_subcode: 2207042 }).retryAtMs).toBe(NOW_MS + 3_600_000);
  });

  it.each<[string, boolean, () => FlowError]>([
    ['refused for good', false, () => answer({ code: 100 })],
    ['a fault that Instagram calls transient', false, () => answer({ code: 2, is_transient: true })],
    ['an unknown fault', true, () => answer({ code: 1 })],
    ['a gateway page with status 502', true, () => toGraphError({ status: 502, headers: {}, body: '<html>' }, NOW_MS)],
    ['status 404 without an error body', false, () => toGraphError({ status: 404, headers: {}, body: null }, NOW_MS)],
    ['status 200 with something else', true, () => toGraphError({ status: 200, headers: {}, body: [] }, NOW_MS)],
  ])('%s: may it have happened? %s', (_name, sent, make) => {
    expect(make().details?.['sent']).toBe(sent);
  });

  it('says what Instagram said, shortened', () => {
    const error = answer({ code: 10, error_subcode: 2534022, message: 'x'.repeat(5000) });
    expect(error.message).toContain('10/2534022');
    expect(error.message.length).toBeLessThan(500);
  });
});
