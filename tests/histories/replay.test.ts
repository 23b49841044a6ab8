import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { advance, createHandlerRegistry } from '@heddle/engine';
import { builtInHandlers } from '@heddle/nodes/handlers';
import { describe, expect, it } from 'vitest';
import { readHistories } from './read-histories.ts';
import { replayHistories, type Advance } from './replay-history.ts';

const REMEDY =
  'Runs of that version are under way somewhere and would go on differently. Make the change so that they do not (a new node version, a new ' +
  'optional field), or give snapshots a new "v" and convert old ones when they are loaded; see tests/histories/README.md. Stored histories of a ' +
  'released version are never changed; those of one that is not released yet are taken anew by "npm run histories -- --again".';

const registry = createHandlerRegistry(builtInHandlers);
const files = readHistories();

describe('runs that older versions began', () => {
  it.each([...files])('go on as they would have: %s', (path, file) => {
    const findings = replayHistories(path.split('/')[1] ?? path, file, registry);
    const report = findings.map(({ history, problem }) => `${history}: ${problem}`).join('\n');
    expect(report, `${report}\n\n${REMEDY}`).toBe('');
  });

  it('are at least 40 for each version, in less than 2 MB', () => {
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter(({ name }) => /^\d/.test(name));
    for (const { name } of folders) {
      const own = [...files.values()].filter(({ version }) => version === name);
      expect(own.flatMap(({ histories }) => histories).length).toBeGreaterThanOrEqual(40);
    }
    const bytes = folders
      .flatMap(({ name }) =>
        readdirSync(join(import.meta.dirname, name)).map((file) => join(import.meta.dirname, name, file)),
      )
      .reduce((sum, file) => sum + statSync(file).size, 0);
    expect(bytes).toBeLessThan(2 * 1024 * 1024);
  });
});

describe('a change of behaviour is found', () => {
  const findings = (take: Advance) => [...files].flatMap(([path, file]) => replayHistories(path, file, registry, take));

  it.each<[string, RegExp, Advance]>([
    [
      'a timer that comes a second later',
      /effect \d \(scheduleWait\) differs at "wait\/dueAtMs"/,
      (program, snapshot, event) => {
        const now = advance(program, snapshot, event);
        const later = now.effects.map((effect) =>
          effect.kind === 'scheduleWait' && effect.wait.kind === 'time'
            ? { ...effect, wait: { ...effect.wait, dueAtMs: effect.wait.dueAtMs + 1_000 } }
            : effect,
        );
        return { ...now, effects: later };
      },
    ],
    [
      'paths that are taken in another order',
      /effect 1 \(runNode\) differs at "(?:node|position)"/,
      (program, snapshot, event) => {
        const now = advance(program, snapshot, event);
        return { ...now, effects: now.effects.toReversed() };
      },
    ],
    [
      'a field of the state that is lost',
      /snapshot differs at "vars\/\w+": stored .+, today nothing/,
      (program, snapshot, event) => {
        const now = advance(program, snapshot, event);
        return { ...now, snapshot: { ...now.snapshot, vars: {} } };
      },
    ],
    [
      'a node that runs once more',
      /the effects were \[.*\] and are \[.*\]/,
      (program, snapshot, event) => {
        const now = advance(program, snapshot, event);
        const [first] = now.effects;
        return { ...now, effects: first?.kind === 'runNode' ? [first, ...now.effects] : now.effects };
      },
    ],
    [
      'an answer that is not taken any more',
      /replied at p\d/,
      (program, snapshot, event) =>
        event.kind === 'replied' ? { snapshot, effects: [], children: [] } : advance(program, snapshot, event),
    ],
    [
      'one more entry among the outputs',
      /snapshot differs at "outputs\/extra": stored nothing/,
      (program, snapshot, event) => {
        const now = advance(program, snapshot, event);
        const outputs = { ...now.snapshot.outputs, extra: { port: 'done', output: null } };
        return { ...now, snapshot: { ...now.snapshot, outputs } };
      },
    ],
  ])('%s', (_what, expected, take) => {
    expect(findings(take).some(({ problem }) => expected.test(problem))).toBe(true);
  });

  it('but a new optional field of the state, or another way to count its size, is none', () => {
    const newer: Advance = (program, snapshot, event) => {
      const now = advance(program, snapshot, event);
      return { ...now, snapshot: { ...now.snapshot, bytes: now.snapshot.bytes + 1, newField: true } };
    };
    const known = [...files].flatMap(([path, file]) => replayHistories(path, file, registry));
    expect(findings(newer)).toEqual(known);
  });

  it('and names the history, the step and the two values', () => {
    const [path, file] = [...files].find(([name]) => name.endsWith('/delay')) ?? [];
    if (path === undefined || file === undefined) throw new Error('There is no history of a delay');
    const lost: Advance = (program, snapshot, event) =>
      event.kind === 'timerFired' ? { snapshot, effects: [], children: [] } : advance(program, snapshot, event);
    expect(replayHistories('delay', file, registry, lost)[0]).toEqual({
      history: '0.1.0/delay "both delays pass", run 1',
      problem: expect.stringMatching(
        /^step \d of \d \(timerFired at p\d\), going on from the stored snapshot: the effects were \[runNode hour\] and are \[\]\.$/,
      ),
    });
  });
});
