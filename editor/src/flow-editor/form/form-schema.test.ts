import type { JsonObject } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import {
  branchOf,
  branchesOf,
  fieldsOf,
  groupFields,
  isShown,
  newValue,
  optionsOf,
  sentenceCase,
  titleOfBranch,
  widgetOf,
  withNewlyShown,
  withProperty,
} from './form-schema.ts';
import { newItem } from './widgets/PortItemsWidget.tsx';

const schema: JsonObject = {
  type: 'object',
  required: ['mode', 'text'],
  properties: {
    mode: { enum: ['for', 'until'], default: 'for' },
    text: { type: 'string', 'x-group': 'Words' },
    time: { type: 'string', default: '09:00', 'x-show-if': { mode: 'until' } },
    days: { type: 'array', items: { enum: ['monday'] }, 'x-show-if': { mode: ['until', 'never'] } },
    kind: { const: 'fixed' },
  },
};

describe('fields of a schema', () => {
  it('lists properties in order and leaves fixed values out', () => {
    expect(fieldsOf(schema).map((field) => field.name)).toEqual(['mode', 'text', 'time', 'days']);
    expect(fieldsOf(schema)[0]?.isRequired).toBe(true);
  });

  it('groups by hint, fields without a group first', () => {
    expect(groupFields(fieldsOf(schema)).map((group) => [group.title, group.fields.length])).toEqual([
      [null, 3],
      ['Words', 1],
    ]);
  });

  it('shows a field by its siblings, for one value or a list', () => {
    const shown = (value: JsonObject) =>
      fieldsOf(schema)
        .filter((field) => isShown(field, value))
        .map((field) => field.name);
    expect(shown({ mode: 'for' })).toEqual(['mode', 'text']);
    expect(shown({ mode: 'until' })).toEqual(['mode', 'text', 'time', 'days']);
    expect(shown({ mode: 'never' })).toEqual(['mode', 'text', 'days']);
  });

  it('gives a field that a choice brings up its default, and only then', () => {
    expect(withNewlyShown(schema, { mode: 'for' }, { mode: 'until' })).toEqual({ mode: 'until', time: '09:00' });
    expect(withNewlyShown(schema, { mode: 'until', time: '10:00' }, { mode: 'until' })).toEqual({ mode: 'until' });
  });

  it('takes an emptied optional property out and keeps an emptied required one', () => {
    expect(withProperty({ note: 'x' }, { name: 'note', isRequired: false }, '')).toEqual({});
    expect(withProperty({ note: 'x' }, { name: 'note', isRequired: true }, '')).toEqual({ note: '' });
  });
});

describe('widgets', () => {
  it.each([
    [{ type: 'string', 'x-widget': 'template-area' }, 'template-area'],
    [{ type: 'string', 'x-widget': 'hologram' }, 'template'],
    [{ type: 'string' }, 'template'],
    [{ type: ['integer', 'null'] }, 'number'],
    [{ type: 'boolean' }, 'switch'],
    [{ enum: ['a'] }, 'select'],
    [{ anyOf: [{ const: 'a' }, { const: 'b' }] }, 'select'],
    [{ anyOf: [{ type: 'string' }, { type: 'object', properties: {} }] }, 'one-of'],
    [{ type: 'array', items: { type: 'string' } }, 'keywords'],
    [{ type: 'array', items: { type: 'object', properties: {} } }, 'list'],
    [{ type: 'object', properties: {} }, 'group'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'record'],
    [{ type: 'object' }, 'json'],
    [{}, 'json'],
  ] as [JsonObject, string][])('draws %j as %s', (given, widget) => {
    expect(widgetOf(given)).toBe(widget);
  });
});

describe('unions', () => {
  const part: JsonObject = {
    anyOf: [
      {
        type: 'object',
        title: 'Text',
        required: ['kind', 'text'],
        properties: { kind: { const: 'text' }, text: { type: 'string' } },
      },
      { type: 'object', required: ['kind', 'url'], properties: { kind: { const: 'image' }, url: { type: 'string' } } },
    ],
  };

  it('finds the alternative of a value by its fixed values', () => {
    expect(branchOf(branchesOf(part), { kind: 'image', url: '' })).toBe(branchesOf(part)[1]);
    expect(branchesOf(part).map(titleOfBranch)).toEqual(['Text', 'Image']);
  });

  it('makes a new value of an alternative with its fixed values in it', () => {
    expect(newValue(branchesOf(part)[1] ?? {})).toEqual({ kind: 'image', url: '' });
  });
});

describe('new values', () => {
  it('uses defaults, minimums and fixed values, and leaves optional properties out', () => {
    expect(
      newValue({
        type: 'object',
        required: ['a', 'n', 'list'],
        properties: {
          a: { type: 'string' },
          n: { type: 'integer', minimum: 2 },
          list: { type: 'array', minItems: 2, items: { type: 'boolean' } },
          optional: { type: 'string' },
          kept: { default: 7 },
        },
      }),
    ).toEqual({ a: '', n: 2, list: [false, false], kept: 7 });
  });

  it('gives an item with an exit an id that no other has', () => {
    const items = [
      { id: 'case1', label: 'A' },
      { id: 'case2', label: 'B' },
    ];
    expect(
      newItem(
        items,
        {
          type: 'object',
          required: ['id', 'label'],
          properties: { id: { type: 'string' }, label: { type: 'string' } },
        },
        'Case',
      ),
    ).toEqual({ id: 'case3', label: 'Case 3' });
    expect(
      newItem(
        [{ id: 'case2', label: 'B' }],
        {
          type: 'object',
          required: ['id', 'label'],
          properties: { id: { type: 'string' }, label: { type: 'string' } },
        },
        'Case',
      )['id'],
    ).toBe('case3');
  });
});

it('titles options by object, by list, and by their own name', () => {
  expect(optionsOf({ enum: ['a', 'bC'], 'x-enum-titles': { a: 'First' } }).map((option) => option.label)).toEqual([
    'First',
    'B c',
  ]);
  expect(optionsOf({ enum: ['a', 'b'], 'x-enum-titles': ['One', 'Two'] }).map((option) => option.label)).toEqual([
    'One',
    'Two',
  ]);
});

it('turns names into words', () => {
  expect(sentenceCase('startsWith')).toBe('Starts with');
});
