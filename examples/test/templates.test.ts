import { readdirSync } from 'node:fs';
import { createHandlerRegistry, compileFlow } from '@heddle/engine';
import { runFlowTests } from '@heddle/engine/test-kit';
import { builtInHandlers } from '@heddle/nodes/handlers';
import { FlowDocumentSchema, validatorOf } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { templates } from '../src/index.ts';

const registry = createHandlerRegistry(builtInHandlers);

describe.each(templates.map(({ id, document }) => [id, document] as const))('template %s', (_id, document) => {
  it('fits the schema', () => {
    expect(validatorOf(FlowDocumentSchema).issues(document)).toEqual([]);
  });

  it('compiles without a warning', () => {
    expect(compileFlow(document, registry).warnings).toEqual([]);
  });

  it('shows itself in the gallery, explains itself on the canvas, and places every node', () => {
    expect(document.template?.summary).not.toBe('');
    expect(document.notes?.length).toBeGreaterThan(0);
    expect(Object.keys(document.layout ?? {}).toSorted()).toEqual(Object.keys(document.nodes).toSorted());
    expect(Object.keys(document.connections ?? {})).toEqual(['shop']);
    expect(Object.keys(document.inputs ?? {}).length).toBeGreaterThan(0);
  });

  it('passes at least three tests of its own', async () => {
    const results = await runFlowTests(document, registry);
    expect(results.map(({ name, failures }) => ({ name, failures }))).toEqual(
      (document.tests ?? []).map(({ name }) => ({ name, failures: [] })),
    );
    expect(results.length).toBeGreaterThanOrEqual(3);
  });
});

it('lists every file of the folder', () => {
  const files = readdirSync(new URL('../templates', import.meta.url)).map((name) => name.replace('.json', ''));
  expect(templates.map(({ id }) => id).toSorted()).toEqual(files.toSorted());
});
