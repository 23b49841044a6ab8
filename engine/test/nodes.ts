/** Small node types for tests: one for each behaviour the language has to deal with. */
import {
  FlowError,
  type FlowDocument,
  type FlowEdge,
  type FlowNode,
  type JsonObject,
  type JsonValue,
} from '@heddle/schemas';
import { Type } from 'typebox';
import {
  breakLoop,
  createHandlerRegistry,
  defineHandler,
  defineNode,
  done,
  suspend,
  type HandlerRegistry,
} from '../src/index.ts';

const any = { type: 'object' };
const base = { version: 1, summary: 'For tests', icon: 'circle', effect: 'pure', category: 'logic' } as const;

export const startDefinition = defineNode({
  ...base,
  type: 'test/start',
  title: 'Start',
  category: 'trigger',
  role: 'trigger',
  events: ['test/begin'],
  config: Type.Object({ word: Type.Optional(Type.String()) }, { additionalProperties: false }),
  ports: { out: { title: 'Started', output: any } },
});
export const start = defineHandler(startDefinition, {
  match: ({ config, event }) => {
    if (config.word !== undefined && event.data['text'] !== config.word)
      return { reason: `The text is not "${config.word}".` };
    return { output: event.data, specificity: config.word === undefined ? 0 : 1 };
  },
});

export const sayDefinition = defineNode({
  ...base,
  type: 'test/say',
  title: 'Say',
  effect: 'send',
  config: Type.Object(
    {
      text: Type.String({ title: 'Text', minLength: 1, maxLength: 40 }),
      times: Type.Optional(Type.Integer({ title: 'Times', minimum: 1, maximum: 5 })),
    },
    { additionalProperties: false },
  ),
  ports: { out: { title: 'Sent', output: any } },
});
export const say = defineHandler(sayDefinition, {
  run: async ({ config, contact, send }) => {
    for (let i = 1; i <= (config.times ?? 1); i++) {
      await send({
        key: String(i),
        action: { kind: 'message', to: contact?.platformId ?? 'nobody', message: { kind: 'text', text: config.text } },
      });
    }
    return done('out', { text: config.text });
  },
});

export const waitDefinition = defineNode({
  ...base,
  type: 'test/wait',
  title: 'Wait',
  config: Type.Object({ ms: Type.Integer({ minimum: 0 }) }, { additionalProperties: false }),
  ports: { out: { title: 'Over', output: any } },
  lint: { waitsUpToMs: 1 },
});
export const wait = defineHandler(waitDefinition, {
  run: ({ config, nowMs, resumed }) =>
    resumed === undefined ? suspend({ kind: 'time', dueAtMs: nowMs + config.ms }) : done('out', { waited: true }),
});

export const askDefinition = defineNode({
  ...base,
  type: 'test/ask',
  title: 'Ask',
  config: Type.Object(
    { ms: Type.Union([Type.Integer(), Type.Null()]), mergeMs: Type.Integer() },
    { additionalProperties: false },
  ),
  ports: { answered: { title: 'Answered', output: any } },
  lint: { waitsForReply: true },
});
export const ask = defineHandler(askDefinition, {
  run: ({ config, nowMs, resumed }) => {
    if (resumed === undefined)
      return suspend(
        { kind: 'reply', dueAtMs: config.ms === null ? null : nowMs + config.ms, mergeMs: config.mergeMs },
        { asked: true },
      );
    return resumed.kind === 'replied' ? done('answered', resumed.reply) : done('timeout');
  },
});

export const setDefinition = defineNode({
  ...base,
  type: 'test/set',
  title: 'Set',
  config: Type.Object(
    { name: Type.String(), value: Type.Unsafe<JsonObject>({ title: 'Value' }) },
    { additionalProperties: false },
  ),
  ports: { out: { title: 'Done', output: any } },
});
export const set = defineHandler(setDefinition, {
  run: ({ config }) => done('out', { value: config.value }, { [config.name]: config.value }),
});

export const forkDefinition = defineNode({
  ...base,
  type: 'test/fork',
  title: 'Fork',
  config: Type.Object(
    { cases: Type.Array(Type.Object({ id: Type.String(), title: Type.String() })), take: Type.Optional(Type.String()) },
    { additionalProperties: false },
  ),
  ports: { otherwise: { title: 'Otherwise', output: any } },
  portsFrom: { path: 'cases', idKey: 'id', titleKey: 'title', output: any },
});
export const fork = defineHandler(forkDefinition, {
  run: ({ config, random }) =>
    done(config.take ?? (random() < 0.5 ? 'otherwise' : (config.cases[0]?.id ?? 'otherwise'))),
});

export const failDefinition = defineNode({
  ...base,
  type: 'test/fail',
  title: 'Fail',
  config: Type.Object(
    { times: Type.Optional(Type.Integer()), how: Type.Optional(Type.Enum(['backoff', 'never', 'after', 'crash'])) },
    { additionalProperties: false },
  ),
  ports: { out: { title: 'Done', output: any } },
});
/** Fails on its first `times` attempts (always, when not given), in the way `how` says. */
export const fail = defineHandler(failDefinition, {
  run: ({ config, run, nowMs }) => {
    if (run.attempt > (config.times ?? Number.POSITIVE_INFINITY)) return done('out', { attempt: run.attempt });
    switch (config.how) {
      case 'after':
        throw new FlowError('PLATFORM_RATE_LIMITED', 'Slow down.', { retryAtMs: nowMs + 60_000 });
      case 'never':
        throw new FlowError('PLATFORM_REFUSED', 'No.');
      case 'crash':
        throw new TypeError('a secret of the plugin');
      default:
        throw new FlowError('PLATFORM_UNAVAILABLE', 'Busy.');
    }
  },
});

export const stopDefinition = defineNode({
  ...base,
  type: 'test/stop',
  title: 'Stop',
  config: Type.Object({}, { additionalProperties: false }),
  ports: {},
  lint: { endsRun: true },
});
export const stop = defineHandler(stopDefinition, { run: () => done('timeout') });

export const joinDefinition = defineNode({
  ...base,
  type: 'test/join',
  title: 'Join',
  config: Type.Object(
    {
      need: Type.Union([Type.Literal('all'), Type.Integer({ minimum: 1 })]),
      ms: Type.Optional(Type.Integer({ minimum: 0 })),
    },
    { additionalProperties: false },
  ),
  ports: { out: { title: 'Together', output: any }, few: { title: 'Too few', output: any } },
});
export const join = defineHandler(joinDefinition, {
  run: ({ config, nowMs, resumed }) => {
    if (resumed?.kind !== 'joined')
      return suspend({ kind: 'join', need: config.need, dueAtMs: config.ms === undefined ? null : nowMs + config.ms });
    const port = resumed.end === 'enough' ? 'out' : resumed.end === 'noMore' ? 'few' : 'timeout';
    return done(port, { inputs: resumed.inputs });
  },
});

export const eachDefinition = defineNode({
  ...base,
  type: 'test/each',
  title: 'Each',
  config: Type.Object(
    {
      items: Type.Array(Type.Unsafe<JsonValue>({ title: 'Item' }), { title: 'Items' }),
      at: Type.Optional(Type.Integer()),
      fails: Type.Optional(Type.Enum(['stop', 'collect'])),
      keeps: Type.Optional(Type.Boolean()),
      ms: Type.Optional(Type.Integer()),
    },
    { additionalProperties: false },
  ),
  ports: { done: { title: 'Done', output: any }, each: { title: 'Each', output: any } },
  bodyPort: 'each',
  hostNeeds: ['children'],
});
export const each = defineHandler(eachDefinition, {
  run: ({ config, nowMs, resumed }) => {
    if (resumed?.kind === 'timedOut') return done('timeout');
    if (resumed?.kind === 'childrenFinished') {
      const { kind: _kind, ...output } = resumed;
      return done('done', output);
    }
    return suspend({
      kind: 'children',
      start: { kind: 'body' },
      items: config.items,
      concurrency: config.at ?? 1,
      onFailure: config.fails ?? 'collect',
      keepsOutputs: config.keeps ?? true,
      dueAtMs: config.ms === undefined ? null : nowMs + config.ms,
    });
  },
});

export const callDefinition = defineNode({
  ...base,
  type: 'test/call',
  title: 'Call',
  config: Type.Object(
    { flow: Type.String(), give: Type.Optional(Type.Unsafe<JsonObject>({ title: 'Inputs' })) },
    { additionalProperties: false },
  ),
  ports: { done: { title: 'Done', output: any }, failed: { title: 'Failed', output: any } },
  hostNeeds: ['children'],
});
export const call = defineHandler(callDefinition, {
  run: ({ config, resumed }) => {
    if (resumed?.kind !== 'childrenFinished')
      return suspend({
        kind: 'children',
        start: { kind: 'flow', flow: config.flow },
        items: [config.give ?? {}],
        concurrency: 1,
        onFailure: 'stop',
        keepsOutputs: true,
        dueAtMs: null,
      });
    const [result] = resumed.results;
    return result?.status === 'succeeded'
      ? done('done', result.output ?? null)
      : done('failed', { code: result?.error?.code ?? result?.status ?? '' });
  },
});

export const leaveDefinition = defineNode({
  ...base,
  type: 'test/leave',
  title: 'Leave',
  config: Type.Object({}, { additionalProperties: false }),
  ports: {},
  lint: { endsRun: true },
});
export const leave = defineHandler(leaveDefinition, { run: ({ input }) => breakLoop(input) });

export const approveDefinition = defineNode({
  ...base,
  type: 'test/approve',
  title: 'Approve',
  config: Type.Object({ ms: Type.Optional(Type.Integer()) }, { additionalProperties: false }),
  ports: { yes: { title: 'Yes', output: any }, no: { title: 'No', output: any } },
  lint: { waitsUpToMs: 1 },
  hostNeeds: ['approval'],
});
export const approve = defineHandler(approveDefinition, {
  run: ({ config, nowMs, resumed }) => {
    if (resumed?.kind === 'timedOut') return done('timeout');
    if (resumed?.kind === 'decided')
      return done(resumed.decision === 'approved' ? 'yes' : 'no', {
        by: resumed.by ?? null,
        note: resumed.note ?? null,
      });
    return suspend({
      kind: 'approval',
      title: 'Well?',
      text: 'Yes or no',
      dueAtMs: config.ms === undefined ? null : nowMs + config.ms,
    });
  },
});

export const listenDefinition = defineNode({
  ...base,
  type: 'test/listen',
  title: 'Listen',
  config: Type.Object({ key: Type.String(), ms: Type.Optional(Type.Integer()) }, { additionalProperties: false }),
  ports: { heard: { title: 'Heard', output: any } },
  lint: { waitsUpToMs: 1 },
  hostNeeds: ['event'],
});
export const listen = defineHandler(listenDefinition, {
  run: ({ config, nowMs, resumed }) => {
    if (resumed?.kind === 'timedOut') return done('timeout');
    if (resumed?.kind === 'eventArrived') return done('heard', resumed.data);
    const dueAtMs = config.ms === undefined ? null : nowMs + config.ms;
    return suspend({ kind: 'event', name: 'parcel', key: config.key, dueAtMs });
  },
});

export const registry: HandlerRegistry = createHandlerRegistry([
  start,
  say,
  wait,
  ask,
  set,
  fork,
  fail,
  stop,
  join,
  each,
  call,
  leave,
  approve,
  listen,
]);

/** Node of a test flow: its type, config, and what else a node can have. */
type TestNode = [type: string, config?: JsonObject, rest?: Partial<FlowNode>];

/** A flow document out of nodes and `a.port>b` edges. */
export function flow(
  nodes: Record<string, TestNode>,
  edges: readonly string[],
  rest: Partial<FlowDocument> = {},
): FlowDocument {
  return {
    formatVersion: 1,
    name: 'Test',
    ...rest,
    nodes: Object.fromEntries(
      Object.entries(nodes).map(([id, [type, config, more]]) => [
        id,
        { type: `test/${type}`, v: 1, config: config ?? {}, ...more },
      ]),
    ),
    edges: edges.map((text): FlowEdge => {
      const [from = '', to = ''] = text.split('>');
      return { from, to };
    }),
  };
}
