/** Documents of every format version: what is valid stays valid, what is refused is refused by the rule in the file's name. */
import { readdirSync, readFileSync } from 'node:fs';
import { Compile } from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import {
  FLOW_FORMAT_VERSION,
  FLOW_MIGRATIONS,
  FlowDocumentSchema,
  migrateFlowToLatest,
  validatorOf,
} from '../src/index.ts';

const folder = new URL('../fixtures/flow/', import.meta.url);
const list = (path: string): string[] => readdirSync(new URL(path, folder)).sort();
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, folder), 'utf8'));
const validator = validatorOf(FlowDocumentSchema);

/** What was published must judge as the source does, without anything but the file. */
const file = readFileSync(new URL('../generated/flow.schema.json', import.meta.url), 'utf8');
const published = Compile(JSON.parse(file) as object); // generated files hold objects

describe('valid documents', () => {
  it.each(list('v1/valid/'))('%s', (name) => {
    const document = read(`v1/valid/${name}`);
    expect(validator.issues(document)).toEqual([]);
    expect(published.Errors(document)).toEqual([true, []]);
    expect(migrateFlowToLatest(document)).toEqual(document);
  });
});

describe('refused documents', () => {
  it.each(list('v1/invalid/'))('%s', (name) => {
    const document = read(`v1/invalid/${name}`);
    expect(validator.issues(document).map((issue) => issue.code)).toContain(name.slice(0, name.indexOf('--')));
    expect(published.Check(document)).toBe(false);
    expect(() => validator.parse(document, 'FLOW_INVALID')).toThrow(expect.objectContaining({ code: 'FLOW_INVALID' }));
  });
});

describe('migration', () => {
  it('has one step for every old version, in order', () => {
    expect(FLOW_MIGRATIONS.map((step) => step.from)).toEqual(
      Array.from({ length: FLOW_FORMAT_VERSION }, (_, index) => index),
    );
    for (const { from } of FLOW_MIGRATIONS)
      expect(list(`v${from}/`).length, `fixtures of version ${from}`).toBeGreaterThan(0);
  });

  it.each(list('v0/').filter((name) => !name.includes('.migrated.')))('v0/%s', (name) => {
    const document = read(`v0/${name}`);
    const before = JSON.stringify(document);
    const migrated = migrateFlowToLatest(document);
    expect(migrated).toEqual(read(`v0/${name.replace('.json', '.migrated.json')}`));
    expect(validator.issues(migrated)).toEqual([]);
    expect(JSON.stringify(document)).toBe(before);
  });

  it.each([
    [{ formatVersion: FLOW_FORMAT_VERSION + 1 }, 'FLOW_VERSION_UNKNOWN'],
    [{ formatVersion: -1 }, 'FLOW_INVALID'],
    [{ formatVersion: '1' }, 'FLOW_INVALID'],
    [{}, 'FLOW_INVALID'],
    [[], 'FLOW_INVALID'],
    [null, 'FLOW_INVALID'],
  ])('refuses %j with %s', (document, code) => {
    expect(() => migrateFlowToLatest(document)).toThrow(expect.objectContaining({ code }));
  });
});
