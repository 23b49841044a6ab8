import { describe, expect, it } from 'vitest';
import { flow, registry } from '../../test/nodes.ts';
import { RUNTIME_CAPABILITIES, validateFlow } from './index.ts';

const codes = (document: unknown, options = {}) =>
  validateFlow(document, registry, options).map(({ code, path, severity }) => ({ code, path, severity }));

describe('what a host cannot do', () => {
  it.each([{ contactPolicy: 'queue' }, { whenFull: 'queue' }, { maxActiveRuns: 3 }] as const)(
    'is refused in the settings: %j',
    (settings) => {
      const document = flow({ s: ['start'], a: ['say', { text: 'x' }] }, ['s.out>a'], { settings });
      const path = `/settings/${Object.keys(settings)[0]}`;
      expect(codes(document)).toEqual([{ code: 'host.unsupported', path, severity: 'error' }]);
      expect(codes(document, { capabilities: RUNTIME_CAPABILITIES })).toEqual([]);
    },
  );
});

describe('retry policies', () => {
  it('name errors that exist and may get better', () => {
    const retry = {
      attempts: 2,
      backoff: 'constant' as const,
      baseMs: 100,
      onlyOn: ['HTTP_FAILED', 'HTTP_FAILD', 'SEND_REFUSED'],
    };
    const document = flow({ s: ['start'], a: ['say', { text: 'x' }, { retry }] }, ['s.out>a']);
    const issues = validateFlow(document, registry);
    expect(issues.map(({ code, path }) => [code, path])).toEqual([
      ['retry.codeUseless', '/nodes/a/retry/onlyOn/1'],
      ['retry.codeUseless', '/nodes/a/retry/onlyOn/2'],
    ]);
    expect(issues[0]?.message).toContain('Did you mean "HTTP_FAILED"?');
  });
});
