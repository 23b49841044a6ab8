import { describe, expect, it } from 'vitest';
import { toSendResult } from './flow-session.ts';

describe('a batch that was not taken', () => {
  it.each([
    [{ status: 409, code: 'FLOW_DRAFT_CONFLICT' }, 'conflict'],
    [{ status: 0, code: 'OFFLINE' }, 'later'],
    [{ status: 503, code: 'UNAVAILABLE' }, 'later'],
    [{ status: 429, code: 'RATE_LIMITED' }, 'later'],
    [{ status: 401, code: 'SIGN_IN_REQUIRED' }, 'later'],
    [{ status: 422, code: 'FLOW_OPERATION_INVALID' }, 'refused'],
    [{ status: 403, code: 'ROLE_TOO_LOW' }, 'refused'],
  ])('%j means %s', (problem, kind) => {
    expect(toSendResult({ ...problem, detail: 'why' }).kind).toBe(kind);
  });
});
