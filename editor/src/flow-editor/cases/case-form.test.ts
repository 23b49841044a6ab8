import { FlowTestSchema, validatorOf, type FlowTest } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { fieldsOf, widgetOf } from '../form/form-schema.ts';
import { catalog, sampleFlow } from '../testing/sample-flow.ts';
import { fromCaseForm, toCaseForm } from './case-form.ts';
import { caseSchema } from './case-schema.ts';

const full: FlowTest = {
  name: 'Everything',
  given: {
    seed: 3,
    contact: { firstName: 'Ada', tags: ['vip'], isVerified: true },
    inputs: { keyword: 'price' },
    aiAnswers: ['Yes.'],
    reads: { media: [[{ id: '1' }]] },
    events: [
      { kind: 'instagram/comment', data: { text: 'Price?', mediaId: 'm', isLive: true } },
      { kind: 'instagram/message', data: { text: '' }, afterMs: 0 },
      { kind: 'instagram/message', data: { attachments: [] }, afterMs: 90_000 },
      { kind: 'instagram/postback', data: { title: 'Yes', payload: 'YES' }, afterMs: 1234 },
      { kind: 'time', afterMs: 86_400_000 },
      { kind: 'core/event', data: { name: 'paid', key: '7', data: { amount: 3 } } },
      { kind: 'acme/order', data: { total: 3 } },
      { kind: 'core/manual' },
    ],
  },
  expect: [
    { sent: { kind: 'carousel', node: 'a', contains: 'KES' } },
    { sent: {} },
    { port: 'a.out' },
    { tag: 'lead' },
    { field: 'city', value: 'Nairobi' },
    { field: 'size', value: 42 },
    { field: 'code', value: '42' },
    { field: 'gone', value: null },
    { record: { collection: 'catalog/draft', has: { name: 'Bag' } } },
    { runs: 0 },
    { status: 'waiting' },
  ],
};

describe('the form of a case', () => {
  it('gives back what it was given, also what it has no field for', () => {
    expect(validatorOf(FlowTestSchema).issues(full)).toEqual([]);
    expect(fromCaseForm(toCaseForm(full), full)).toEqual(full);
  });

  it('leaves out what is empty', () => {
    const form = { ...toCaseForm(full), contact: {}, inputs: {}, aiAnswers: [] };
    const { given } = fromCaseForm(form, full);
    expect(Object.keys(given).toSorted()).toEqual(['events', 'reads', 'seed']);
  });

  it('has a branch for every event and expectation, each drawn by a widget that there is', () => {
    const schema = caseSchema(sampleFlow(), catalog);
    const form = toCaseForm(full);
    for (const field of fieldsOf(schema)) expect(widgetOf(field.schema)).not.toBe('one-of');
    for (const [list, key] of [
      ['events', 'kind'],
      ['expect', 'what'],
    ] as const) {
      const text = JSON.stringify(schema['properties']);
      const items = form[list];
      expect(Array.isArray(items)).toBe(true);
      for (const item of Array.isArray(items) ? items : [])
        expect(text).toContain(JSON.stringify({ [key]: { const: Object(item)[key] } }).slice(1, -1));
    }
  });
});
