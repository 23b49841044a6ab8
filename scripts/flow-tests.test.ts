import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('flow-tests.ts', import.meta.url));
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'heddle-flow-tests-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const flow = (expected: number) => ({
  formatVersion: 1,
  name: 'By hand',
  nodes: { start: { type: 'core/manual', v: 1, config: {} }, end: { type: 'core/stop', v: 1, config: {} } },
  edges: [{ from: 'start.matched', to: 'end' }],
  tests: [{ name: 'starts', given: { events: [{ kind: 'core/manual' }] }, expect: [{ runs: expected }] }],
});

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', cwd: folder });
  return { status, text: stdout + stderr };
}

it('runs the cases inside a file and says by its exit code whether all passed', () => {
  writeFileSync(join(folder, 'good.json'), JSON.stringify(flow(1)));
  expect(run('good.json')).toEqual({ status: 0, text: 'good.json\n  ok   starts\n1 flow: 1 passed, 0 failed\n' });
  writeFileSync(join(folder, 'bad.json'), JSON.stringify(flow(2)));
  const both = run('.');
  expect(both.status).toBe(1);
  expect(both.text).toContain('FAIL starts\n         1 run started, expected 2.');
  expect(both.text).toContain('2 flows: 1 passed, 1 failed');
});

it.each([
  ['no JSON', '{', 1, 'FAIL Flow'],
  ['no flow', '{}', 1, '"formatVersion" must be a whole number'],
  ['no cases', JSON.stringify({ ...flow(1), tests: [] }), 1, 'The flow holds none.'],
])('does not take a file with %s for a success', (_what, content, status, words) => {
  writeFileSync(join(folder, 'flow.json'), content);
  const result = run('flow.json');
  expect([result.status, result.text]).toEqual([status, expect.stringContaining(words)]);
});

it('says how it is used when it is used otherwise', () => {
  expect(run('nowhere.json')).toMatchObject({ status: 2, text: expect.stringContaining('Use: npm run flow-tests') });
  expect(run('--wrong')).toMatchObject({ status: 2, text: expect.stringContaining('There is no option "--wrong".') });
});
