import { FlowError, type Issue } from '@heddle/schemas';
import { Type } from 'typebox';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  evaluateExpression,
  listVariables,
  parseTemplate,
  planConfig,
  renderCardText,
  renderTemplate,
  type Scope,
} from './index.ts';

const scope: Scope = {
  inputs: { keyword: 'price' },
  contact: { id: 'c', platform: 'test', platformId: 'p', firstName: 'Ada', tags: ['vip'], fields: { city: 'Paris' } },
  trigger: { text: 'hi', n: 3, list: [1, 2], nested: { deep: true }, none: null },
  input: { text: '{{ trigger.text }}' },
  nodes: { ask: { text: 'blue' } },
  vars: {},
  error: null,
  run: { id: 'r', flowId: 'f', node: 'n', visit: 1, attempt: 1 },
  now: '2026-01-05T09:00:00.000Z',
};

/** The code of the error that a template ends in. */
function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof FlowError) return error.code;
    throw error;
  }
  return 'none';
}

describe('renderTemplate', () => {
  it.each([
    ['Hi {{ contact.firstName }}!', 'Hi Ada!'],
    ["{{ contact.lastName | default: 'there' }}", 'there'],
    ["{{ error.message | default: 'none' }}", 'none'],
    ['{% if error %}yes{% else %}no{% endif %}{% if trigger.none.deeper %}yes{% else %}no{% endif %}', 'nono'],
    ['{% if contact.isFollower %}yes{% else %}no{% endif %}', 'no'],
    ['{% for i in trigger.list %}{{ i }};{% endfor %}', '1;2;'],
    ["{{ 1999 | money: 'EUR' }} {{ 500 | money: 'JPY' }}", '€19.99 ¥500'],
    ["{{ 'Ada Lovelace' | first_word }}", 'Ada'],
    ["{{ 'now' | date: '%Y-%m-%d' }} {{ now | date: '%H:%M', 'Africa/Nairobi' }}", '2026-01-05 12:00'],
    ['no marks { } at all', 'no marks { } at all'],
  ])('%s', (template, text) => {
    expect(renderTemplate(template, scope)).toBe(text);
  });

  it('does not read templates inside values', () => {
    expect(renderTemplate('{{ input.text }}', scope)).toBe('{{ trigger.text }}');
  });

  it.each([
    ['{{ contact.lastName }}', 'EXPRESSION_UNKNOWN_VARIABLE'],
    ['{{ error.message }}', 'EXPRESSION_UNKNOWN_VARIABLE'],
    ['{{ trigger.none.deeper }}', 'EXPRESSION_UNKNOWN_VARIABLE'],
    ['{{ constructor }}', 'EXPRESSION_UNKNOWN_VARIABLE'],
    ['{{ trigger.constructor.name }}', 'EXPRESSION_UNKNOWN_VARIABLE'],
    ['{{ trigger.__proto__ }}', 'EXPRESSION_UNKNOWN_VARIABLE'],
    ['{{ contact.name | shout }}', 'EXPRESSION_INVALID'],
    ['{{ contact.name', 'EXPRESSION_INVALID'],
    ['{% include "package.json" %}', 'EXPRESSION_INVALID'],
    ['{% render "package.json" %}', 'EXPRESSION_INVALID'],
    ['{% increment trigger %}', 'EXPRESSION_INVALID'],
    ["{{ 'x' | money: 'EUR' }}", 'EXPRESSION_INVALID'],
    ['{% for a in (1..99999) %}{% for b in (1..99999) %}{{ a }}{% endfor %}{% endfor %}', 'EXPRESSION_LIMIT'],
    [`{{ 'x' }}${'.'.repeat(100_001)}`, 'EXPRESSION_LIMIT'],
  ])('refuses %.60s', (template, code) => {
    expect(codeOf(() => renderTemplate(template, scope))).toBe(code);
  });

  it('never changes what it reads', () => {
    const before = JSON.stringify(scope);
    renderTemplate(
      "{% assign trigger = 1 %}{{ trigger }}{% capture contact %}x{% endcapture %}{{ contact }}{{ inputs.keyword | append: 'x' }}",
      scope,
    );
    expect(JSON.stringify(scope)).toBe(before);
  });
});

describe('evaluateExpression', () => {
  it.each([
    ['trigger.n', 3],
    ['trigger.n | plus: 1', 4],
    ['trigger.nested', { deep: true }],
    ['trigger.list', [1, 2]],
    ['trigger.nothing | default: 5', 5],
    ['trigger.n == 3', true],
    ['nil', null],
  ])('%s', (expression, value) => {
    expect(evaluateExpression(expression, scope)).toEqual(value);
  });

  it.each(['a }} {{ b', '1 %}{% if', ''])('refuses %j', (expression) => {
    expect(codeOf(() => evaluateExpression(expression, scope))).toBe('EXPRESSION_INVALID');
  });
});

describe('planConfig', () => {
  const schema = Type.Object({
    text: Type.String(),
    count: Type.Optional(Type.Integer()),
    anything: Type.Optional(Type.Unknown()),
    code: Type.Optional(Type.String({ 'x-literal': true })),
    parts: Type.Optional(
      Type.Array(
        Type.Union([
          Type.Object({ kind: Type.Literal('text'), value: Type.String() }),
          Type.Object({ kind: Type.Literal('number'), value: Type.Number() }),
        ]),
      ),
    ),
  });
  const resolve = (config: Parameters<typeof planConfig>[0]) => planConfig(config, schema, []).resolve(scope);

  it('keeps the type of a value that stands alone in a field that is not text', () => {
    expect(resolve({ text: '{{ trigger.n }}', count: '{{ trigger.n }}', anything: '{{ trigger.nested }}' })).toEqual({
      text: '3',
      count: 3,
      anything: { deep: true },
    });
  });

  it('tells text from other fields in each branch of a union', () => {
    const parts = [
      { kind: 'text', value: '{{ trigger.n }}' },
      { kind: 'number', value: '{{ trigger.n }}' },
    ];
    expect(resolve({ text: '', parts })['parts']).toEqual([
      { kind: 'text', value: '3' },
      { kind: 'number', value: 3 },
    ]);
  });

  it('computes { "$": … } with its type, and leaves everything else as it is', () => {
    const config = { text: 'plain', anything: { keep: { $: 'trigger.list' }, other: { $: 'x', y: 1 } } };
    expect(resolve(config)).toEqual({ text: 'plain', anything: { keep: [1, 2], other: { $: 'x', y: 1 } } });
    expect(config.anything.keep).toEqual({ $: 'trigger.list' });
  });

  it('hands on a config without templates as it is', () => {
    const config = { text: 'plain', code: '{{ not.a.template }}' };
    expect(resolve(config)).toBe(config);
  });

  it('names each template that cannot be read', () => {
    const issues: Issue[] = [];
    planConfig({ text: '{{ a', anything: { 'a/b': [{ $: '' }] } }, schema, issues);
    expect(issues.map(({ code, path }) => [code, path])).toEqual([
      ['template.invalid', '/text'],
      ['template.invalid', '/anything/a~1b/0'],
    ]);
  });
});

describe('the time limit', () => {
  let nowMs = 0;
  beforeEach(() => {
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    return () => clock.mockRestore();
  });

  /** Reading it takes longer than a template may take, as for a process that gets no processor just then. */
  function slow(times: number): { readonly a: { readonly b: string } } {
    let left = times;
    return {
      a: {
        get b() {
          left -= 1;
          if (left >= 0) nowMs += 250;
          return 'x';
        },
      },
    };
  }

  it('is not met by a template whose process stood still once', () => {
    expect(renderTemplate('{{ a.b }} y', slow(1))).toBe('x y');
  });

  it('is met by one that takes too long again, also between two parts', () => {
    expect(() => renderTemplate('{{ a.b }} y', slow(2))).toThrow(expect.objectContaining({ code: 'EXPRESSION_LIMIT' }));
  });
});

describe('listVariables', () => {
  it('lists what is read from outside, in order, without names made inside', () => {
    const template = parseTemplate(
      '{{ a.b[0].c }} {% assign q = z.r %}{{ q.s }} {{ a.b[0].c }} {% for i in items %}{{ i }}{% endfor %} {{ m[n.o].p }}',
    );
    expect(listVariables(template).map(({ root, path }) => [root, path.join('.')])).toEqual([
      ['a', 'a.b.0.c'],
      ['z', 'z.r'],
      ['items', 'items'],
      ['m', 'm'],
      ['n', 'n.o'],
    ]);
  });
});

describe('renderCardText', () => {
  it('leaves out what is not there and never fails', () => {
    expect(
      renderCardText('{% if config.a and config.b.c %}x{% endif %}{{ config.text | truncate: 5 }} {{ config.gone }}', {
        text: 'Hello there',
      }),
    ).toBe('He...');
    expect(renderCardText('{{ config.a', {})).toBe('');
  });
});
