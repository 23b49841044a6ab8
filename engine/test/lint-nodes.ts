/** Node types for tests of the linter: with the facts and the form hints that it goes by. */
import type { FlowDocument, FlowEdge, JsonObject } from '@heddle/schemas';
import { Type } from 'typebox';
import { createDefinitionRegistry, defineNode, lintFlow, type LintFacts } from '../src/index.ts';

const base = { version: 1, summary: 'For tests', icon: 'circle', effect: 'pure', category: 'logic' } as const;
const carries = (...names: string[]): JsonObject => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, {}])),
});
const account = { field: 'connection', platform: 'test', scopes: [] };
const connection = Type.Optional(Type.String());
const keywords = {
  connection,
  match: Type.Optional(Type.String()),
  keywords: Type.Optional(Type.Array(Type.String())),
  posts: Type.Optional(Type.String()),
  mediaIds: Type.Optional(Type.Array(Type.String())),
};
const duration = Type.Optional(
  Type.Object({ amount: Type.Number(), unit: Type.String() }, { 'x-widget': 'duration', 'x-show-if': { mode: 'for' } }),
);

export const lintRegistry = createDefinitionRegistry([
  defineNode({
    ...base,
    type: 'test/comment',
    title: 'Comment',
    role: 'trigger',
    events: ['test/comment'],
    config: Type.Object(keywords),
    ports: { out: { title: 'Out', output: carries('commentId', 'text') } },
  }),
  defineNode({
    ...base,
    type: 'test/message',
    title: 'Message',
    role: 'trigger',
    events: ['test/message'],
    config: Type.Object(keywords),
    ports: { out: { title: 'Out', output: carries('text', 'keyword') } },
    lint: { opensWindow: true },
  }),
  defineNode({
    ...base,
    type: 'core/manual',
    title: 'By hand',
    role: 'trigger',
    events: ['core/manual'],
    config: Type.Object({}),
    ports: { out: { title: 'Out', output: carries('data') } },
  }),
  defineNode({
    ...base,
    type: 'test/send',
    title: 'Send',
    effect: 'send',
    config: Type.Object({
      connection,
      text: Type.Optional(Type.String()),
      parts: Type.Optional(Type.Array(Type.String())),
    }),
    ports: { sent: { title: 'Sent', output: carries('id') }, windowClosed: { title: 'Closed', output: carries() } },
    connections: [account],
    lint: { needsWindow: true },
  }),
  defineNode({
    ...base,
    type: 'test/private-reply',
    title: 'Private reply',
    effect: 'send',
    config: Type.Object({ connection, commentId: Type.Optional(Type.String()) }),
    ports: { sent: { title: 'Sent', output: carries('id') } },
    connections: [account],
  }),
  defineNode({
    ...base,
    type: 'test/reply',
    title: 'Reply',
    effect: 'send',
    preview: 'comment',
    config: Type.Object({ connection, variations: Type.Array(Type.String()) }),
    ports: { sent: { title: 'Sent', output: carries('id') } },
    connections: [account],
  }),
  defineNode({
    ...base,
    type: 'test/ask',
    title: 'Ask',
    config: Type.Object({
      wait: duration,
      mode: Type.Optional(Type.String()),
      saveTo: Type.Optional(Type.String()),
      saveName: Type.Optional(Type.String()),
    }),
    ports: { answered: { title: 'Answered', output: carries('text') } },
    lint: { waitsForReply: true, opensWindow: true, waitsUpToMs: 3_600_000 },
  }),
  defineNode({
    ...base,
    type: 'core/delay',
    title: 'Wait',
    config: Type.Object({ mode: Type.String(), duration }),
    ports: { done: { title: 'Done', output: carries('waitedMs') } },
    lint: { waitsUpToMs: 86_400_000 },
    defaults: { mode: 'for', duration: { amount: 1, unit: 'hours' } },
  }),
  defineNode({
    ...base,
    type: 'core/stop',
    title: 'Stop',
    config: Type.Object({}),
    ports: {},
    lint: { endsRun: true },
  }),
  defineNode({
    ...base,
    type: 'core/set-fields',
    title: 'Set',
    config: Type.Object({
      values: Type.Array(
        Type.Object({ name: Type.String({ 'x-assigns': 'vars' }), value: Type.Unsafe<JsonObject>({}) }),
      ),
    }),
    ports: { done: { title: 'Done', output: carries('values') } },
  }),
  defineNode({
    ...base,
    type: 'test/switch',
    title: 'Switch',
    config: Type.Object({ cases: Type.Array(Type.Object({ id: Type.String(), title: Type.String() })) }),
    ports: { otherwise: { title: 'Otherwise', output: carries() } },
    portsFrom: { path: 'cases', idKey: 'id', titleKey: 'title', output: carries() },
  }),
]);

/** A flow for the linter: `id: [type, config]` and `a.port>b`. Nodes of platform "test" speak for the slot "@shop". */
export function lintable(
  nodes: Record<string, readonly [type: string, config?: JsonObject]>,
  edges: readonly string[],
  rest: Partial<FlowDocument> = {},
): FlowDocument {
  const entries = Object.entries(nodes).map(([id, [type, config = {}]]) => {
    const name = type.includes('/') ? type : `test/${type}`;
    const needsSlot = lintRegistry.find(name)?.connections.length === 1 && !Object.hasOwn(config, 'connection');
    return [id, { type: name, v: 1, config: { ...config, ...(needsSlot ? { connection: '@shop' } : {}) } }] as const;
  });
  const usesSlot = entries.some(([, node]) => node.config['connection'] === '@shop');
  return {
    formatVersion: 1,
    name: 'Test',
    ...(usesSlot ? { connections: { shop: { platform: 'test', label: 'Shop' } } } : {}),
    ...rest,
    nodes: Object.fromEntries(entries),
    edges: edges.map((text): FlowEdge => ({ from: text.split('>')[0] ?? '', to: text.split('>')[1] ?? '' })),
  };
}

/** What the linter says, by code. */
export function lintOf(document: FlowDocument, facts: LintFacts = {}) {
  const issues = lintFlow(document, lintRegistry, facts);
  return { issues, codes: issues.map((issue) => issue.code) };
}
