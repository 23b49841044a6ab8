import { FlowError, type FlowDocument, type Issue } from '@heddle/schemas';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { flow, registry } from '../../test/nodes.ts';
import { createDefinitionRegistry, defineNode } from '../plugin/index.ts';
import { compileFlow, validateFlow } from './index.ts';

const lines = (issues: readonly Issue[]): string[] =>
  issues.map((issue) => `${issue.severity} ${issue.code}: ${issue.message}`);
const start = ['start'] satisfies [string];

describe('validateFlow', () => {
  it('finds nothing wrong with a sound flow', () => {
    const document = flow(
      {
        s: start,
        a: ['say', { text: "Hi {{ contact.firstName | default: 'you' }}", times: '{{ trigger.n }}' }],
        b: ['set', { name: 'x', value: { $: 'trigger' } }],
      },
      ['s.out>a', 'a.out>b', 'a.error>b'],
    );
    expect(validateFlow(document, registry)).toEqual([]);
  });

  it.each<[string, FlowDocument, string[]]>([
    [
      'an unknown node type',
      flow({ s: start, a: ['sya', {}] }, ['s.out>a']),
      [
        'error node.typeUnknown: "test/sya": no installed plugin has the node type "test/sya". Did you mean "test/say"?',
      ],
    ],
    [
      'a version from the future',
      flow({ s: start, a: ['say', { text: 'x' }, { v: 9 }] }, ['s.out>a']),
      ['error node.versionUnknown: "Say" needs version 9 of test/say; version 1 is installed. Update the plugin.'],
    ],
    [
      'a missing field',
      flow({ s: start, a: ['say', {}, { label: 'Price reply' }] }, ['s.out>a']),
      ['error config.invalid: "Price reply": The configuration needs "text".'],
    ],
    [
      'fields that do not fit',
      flow({ s: start, a: ['say', { text: '', times: 1.5, extra: 1 }] }, ['s.out>a']),
      [
        'error config.invalid: "Say": The configuration does not know "extra".',
        'error config.invalid: "Say": "Text" must not be empty.',
        'error config.invalid: "Say": "Times" is 1.5; it must be a whole number.',
      ],
    ],
    [
      'a template that cannot be read',
      flow({ s: start, a: ['say', { text: 'Hi {{ contact.name' }] }, ['s.out>a']),
      ['error template.invalid: "Say": "Hi {{ contact.name" (line 1, column 4): output "{{ contact.name" not closed.'],
    ],
    [
      'an unknown root',
      flow({ s: start, a: ['say', { text: '{{ contcat.name }}' }] }, ['s.out>a']),
      ['error template.unknownVariable: "Say": there is no value "contcat.name". Did you mean "contact"?'],
    ],
    [
      'an unknown contact field',
      flow({ s: start, a: ['say', { text: '{{ contact.firstname }}' }] }, ['s.out>a']),
      ['error template.unknownVariable: "Say": there is no "contact.firstname". Did you mean "firstName"?'],
    ],
    [
      'an unknown node in a template',
      flow({ s: start, a: ['say', { text: '{{ nodes.b.text }}' }] }, ['s.out>a']),
      ['error template.unknownVariable: "Say": there is no "nodes.b".'],
    ],
    [
      'an undeclared input',
      flow({ s: start, a: ['say', { text: '{{ inputs.wrod }}{{ inputs.word }}' }] }, ['s.out>a'], {
        inputs: { word: { type: 'text', label: 'Word' } },
      }),
      ['error template.unknownVariable: "Say": there is no "inputs.wrod". Did you mean "word"?'],
    ],
    [
      'an unknown port',
      flow({ s: start, a: ['say', { text: 'x' }] }, ['s.ot>a']),
      ['error edge.portUnknown: "Start" has no exit "ot". It has "out", "error".'],
    ],
    [
      'edges from and to nothing',
      flow({ s: start, aa: ['say', { text: 'x' }] }, ['s.out>aa', 'b.out>aa', 'aa.out>ab']),
      [
        'error edge.sourceMissing: A connection starts at "b", but there is no such node.',
        'error edge.targetMissing: A connection leads to "ab", but there is no such node.',
      ],
    ],
    [
      'an edge into a trigger',
      flow({ s: start, t: start, a: ['say', { text: 'x' }] }, ['s.out>a', 't.out>a', 'a.out>t']),
      [
        'error edge.intoTrigger: A connection leads into "Start". It starts the flow, so nothing can come before it.',
        'warning flow.circleWithoutWait: "Say", "Start" form a circle without waiting for anything. The run would fail after 1,000 rounds; add a wait or a way out.',
      ],
    ],
    [
      'the same edge twice',
      flow({ s: start, a: ['say', { text: 'x' }] }, ['s.out>a', 's.out>a']),
      ['error edge.duplicate: The connection from "s.out" to "a" is there twice. Remove one.'],
    ],
    [
      'no trigger',
      flow({ a: ['say', { text: 'x' }] }, []),
      ['error flow.noTrigger: Nothing starts this flow. Add a trigger.'],
    ],
    [
      'what is never reached',
      flow({ s: start, a: ['say', { text: 'x' }] }, []),
      [
        'warning trigger.unconnected: "Start" leads nowhere. Connect it to the first thing to do.',
        'warning node.unreachable: "Say" is never reached. Connect it or remove it.',
      ],
    ],
    [
      'a circle without a wait',
      flow({ s: start, a: ['say', { text: 'x' }] }, ['s.out>a', 'a.out>a']),
      [
        'warning flow.circleWithoutWait: "Say" leads back to itself without waiting for anything. The run would fail after 1,000 rounds; add a wait or a way out.',
      ],
    ],
    [
      'inputs nobody filled in or uses',
      flow({ s: start }, [], { inputs: { w: { type: 'text', label: 'Word', required: true } } }),
      [
        'warning trigger.unconnected: "Start" leads nowhere. Connect it to the first thing to do.',
        'warning input.notFilled: "Word" has no value yet. Fill it in before publishing.',
        'warning input.unused: No node uses the input "Word" (inputs.w).',
      ],
    ],
  ])('reports %s', (_what, document, expected) => {
    expect(lines(validateFlow(document, registry))).toEqual(expected);
  });

  it('allows a circle that waits', () => {
    expect(
      validateFlow(
        flow({ s: start, w: ['wait', { ms: 5 }], a: ['say', { text: 'x' }] }, ['s.out>w', 'w.out>a', 'a.out>w']),
        registry,
      ),
    ).toEqual([]);
  });

  it('only warns about a node that is switched off', () => {
    expect(
      validateFlow(flow({ s: start, a: ['say', {}, { isDisabled: true }] }, ['s.out>a']), registry).map(
        (issue) => issue.severity,
      ),
    ).toEqual(['warning']);
  });

  it('names node and place of what has not the shape of a flow, and never throws', () => {
    const broken = {
      formatVersion: 1,
      name: '',
      nodes: { a: { type: 'nope', v: 1, config: {}, label: 'Hello' }, 'B c': { type: 'test/say', v: 1, config: {} } },
      edges: [{ from: 'a', to: 'b' }],
    };
    const issues = validateFlow(broken, registry);
    expect(issues).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: '/name', severity: 'error' }),
        expect.objectContaining({ path: '/nodes/a/type', node: 'a', message: expect.stringContaining('"Hello"') }),
        expect.objectContaining({ path: '/edges/0/from', edge: 0 }),
      ]),
    );
    expect(issues.some((issue) => issue.message.includes('B c'))).toBe(true);
    for (const odd of [null, 5, 'x', [], {}, { nodes: [] }, undefined])
      expect(validateFlow(odd, registry).length).toBeGreaterThan(0);
  });
});

describe('accounts of a flow', () => {
  const definition = defineNode({
    type: 'shop/post',
    version: 1,
    title: 'Post',
    summary: 'x',
    icon: 'x',
    category: 'message',
    effect: 'send',
    config: Type.Object({ connection: Type.Optional(Type.String()) }),
    ports: {},
    connections: [{ field: 'connection', platform: 'instagram', scopes: [] }],
  });
  const shops = createDefinitionRegistry([definition, ...registry.all()]);
  const check = (connection: string | undefined, connections: NonNullable<FlowDocument['connections']>) => {
    const document = flow({ s: start }, ['s.out>p'], { connections });
    const withPost = {
      ...document,
      nodes: {
        ...document.nodes,
        p: { type: 'shop/post', v: 1, config: connection === undefined ? {} : { connection } },
      },
    };
    return lines(validateFlow(withPost, shops));
  };
  const shop = { shop: { platform: 'instagram', label: 'Shop' } };

  it.each([
    ['@shop', shop, []],
    [
      undefined,
      shop,
      [
        'error slot.notChosen: "Post" needs an account. Choose one.',
        'warning slot.unused: No node uses the account "Shop".',
      ],
    ],
    [
      '@shpo',
      shop,
      [
        'error slot.missing: "Post" uses the account "@shpo", which this flow does not have. Did you mean "shop"?',
        'warning slot.unused: No node uses the account "Shop".',
      ],
    ],
    ['shop', {}, ['error slot.notChosen: "Post" names the account "shop". Accounts of a flow are written as "@name".']],
    [
      '@shop',
      { shop: { platform: 'telegram', label: 'Bot' } },
      ['error slot.wrongPlatform: "Post" needs an account of instagram; "@shop" is one of telegram.'],
    ],
  ])('%s of %j', (connection, connections, expected) => {
    expect(check(connection, connections)).toEqual(expected);
  });
});

describe('a union in a config', () => {
  const definition = defineNode({
    type: 'test/parts',
    version: 2,
    title: 'Parts',
    summary: 'x',
    icon: 'x',
    category: 'message',
    effect: 'pure',
    config: Type.Object({
      parts: Type.Array(
        Type.Union([
          Type.Object(
            { kind: Type.Literal('text'), text: Type.String({ title: 'Text', maxLength: 5 }) },
            { additionalProperties: false },
          ),
          Type.Object(
            { kind: Type.Enum(['image', 'video']), url: Type.String({ title: 'Address' }) },
            { additionalProperties: false },
          ),
        ]),
        { title: 'Messages', minItems: 1 },
      ),
    }),
    ports: {},
    migrate: {
      2: ({ texts }) => ({ parts: Array.isArray(texts) ? texts.map((text) => ({ kind: 'text', text })) : [] }),
    },
  });
  const parts = createDefinitionRegistry([definition, ...registry.all()]);
  const check = (config: FlowDocument['nodes'][string]['config'], v = 2) =>
    lines(validateFlow(flow({ s: start, p: ['parts', config, { v }] }, ['s.out>p']), parts));

  it('speaks about the branch that was meant', () => {
    expect(check({ parts: [{ kind: 'text', text: 'too long' }] })).toEqual([
      'error config.invalid: "Parts": "Messages › 1 › Text" has 8 characters; at most 5 are allowed.',
    ]);
    expect(check({ parts: [{ kind: 'image' }] })).toEqual([
      'error config.invalid: "Parts": "Messages › 1" needs "url".',
    ]);
    expect(check({ parts: [{ kind: 'gif', url: 'x' }] })).toEqual([
      'error config.invalid: "Parts": "Messages › 1" is {"kind":"gif","url":"x"}, which fits none of the allowed forms.',
    ]);
  });

  it('takes templates anywhere', () => {
    expect(
      check({
        parts: [
          { kind: 'text', text: '{{ trigger.long_enough }}' },
          { kind: 'image', url: { $: 'trigger.url' } },
        ],
      }),
    ).toEqual([]);
    expect(check({ parts: { $: 'trigger.parts' } })).toEqual([]);
  });

  it('brings an old config to the version of the definition first', () => {
    expect(check({ texts: ['hello'] }, 1)).toEqual([]);
    expect(check({ texts: ['too long'] }, 1)).toEqual([
      'error config.invalid: "Parts": "Messages › 1 › Text" has 8 characters; at most 5 are allowed.',
    ]);
    const { program } = compileFlow(
      flow({ s: start, p: ['parts', { texts: ['hello'] }, { v: 1 }] }, ['s.out>p']),
      parts,
    );
    expect(program.nodes.get('p')?.config).toEqual({ parts: [{ kind: 'text', text: 'hello' }] });
  });
});

describe('compileFlow', () => {
  it('throws every error at once', () => {
    try {
      compileFlow(flow({ s: start, a: ['say', {}] }, ['s.x>a']), registry);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(FlowError);
      if (error instanceof FlowError)
        expect([error.code, error.issues.filter((issue) => issue.severity === 'error').length]).toEqual([
          'FLOW_INVALID',
          2,
        ]);
    }
  });

  it('hands on the warnings', () => {
    expect(compileFlow(flow({ s: start }, []), registry).warnings.map((issue) => issue.code)).toEqual([
      'trigger.unconnected',
    ]);
  });
});
