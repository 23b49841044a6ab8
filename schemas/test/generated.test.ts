import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/schema';
import { expect, it } from 'vitest';

const folder = new URL('../generated/', import.meta.url);
const read = (name: string): object => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as object; // generated files hold objects

it.each(['flow', 'node-definition', 'inbound-event', 'run-snapshot'])('%s.schema.json stands by itself', (name) => {
  const schema = read(`${name}.schema.json`);
  expect(JSON.stringify(schema)).not.toContain('"$ref"');
  expect(Compile(schema).Check(null)).toBe(false);
});

it('openapi.json names every operation once', () => {
  const { paths } = read('openapi.json') as { paths: Record<string, Record<string, { operationId: string }>> }; // written by toOpenApi
  const ids = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map((operation) => operation.operationId),
  );
  expect(ids.length).toBeGreaterThan(0);
  expect(new Set(ids).size).toBe(ids.length);
});
