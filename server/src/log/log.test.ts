import { expect, it } from 'vitest';
import { createLog } from './log.ts';

function capture() {
  const lines: string[] = [];
  return { lines, log: createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } }) };
}

it('keeps secrets out, by field name and by form', () => {
  const { lines, log } = capture();
  log.info(
    { accessToken: 'canary-1', request: { headers: { authorization: 'Bearer canary-2' } }, workspaceId: 'w1' },
    'called',
  );
  log.error(
    {
      error: new Error('GET https://graph/me?access_token=canary-3 failed', { cause: new Error('hdl_canary4canary4') }),
    },
    'failed',
  );
  const text = lines.join('');
  expect(text).not.toContain('canary');
  expect(text).toContain('"workspaceId":"w1"');
});

it('hides the password of a database address', () => {
  const { lines, log } = capture();
  log.error({ error: new Error('cannot reach postgres://app:canary@db:5432/heddle') }, 'failed');
  expect(lines.join('')).not.toContain('canary');
});

it('shows the code of an error, which is no secret', () => {
  const { lines, log } = capture();
  log.error({ error: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }), code: 'canary' }, 'failed');
  expect(lines.join('')).toContain('"errorCode":"ECONNREFUSED"');
  expect(lines.join('')).not.toContain('canary');
});
