import { runNode } from '@heddle/engine/test-kit';
import type { ContactFacts, JsonObject } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { regularsHandler } from './handler.ts';

const person = (fields: JsonObject): ContactFacts => ({
  id: 'c1',
  platform: 'instagram',
  platformId: '526',
  tags: [],
  fields,
});

describe('loyalty/regulars', () => {
  it('takes the way of regulars from the chosen visit on', async () => {
    const second = await runNode(regularsHandler, { config: { visits: 2 }, contact: person({ visits: 1 }) });
    expect(second.result).toMatchObject({ kind: 'done', port: 'regular', output: { count: 2 } });
  });

  it('counts the first visit of a newcomer', async () => {
    const first = await runNode(regularsHandler, { config: { visits: 2 }, contact: person({}) });
    expect(first.result).toMatchObject({ kind: 'done', port: 'newcomer', output: { count: 1 } });
  });
});
