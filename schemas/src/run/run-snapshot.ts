import { Type, type Static } from 'typebox';
import { ErrorRecordSchema } from '../errors.ts';
import { JsonObjectSchema, JsonValueSchema } from '../json.ts';

const dueAtMs = Type.Union([Type.Number(), Type.Null()]);

/** What a child run runs: the body of the node that started it, in the same flow version, or the live version of another flow. */
export const ChildStartSchema = Type.Union([
  Type.Object({ kind: Type.Literal('body') }, { additionalProperties: false }),
  Type.Object(
    { kind: Type.Literal('flow'), flow: Type.String({ minLength: 1, description: 'Name or id of the flow' }) },
    { additionalProperties: false },
  ),
]);
export type ChildStart = Static<typeof ChildStartSchema>;

/** How one child run ended. */
export const ChildResultSchema = Type.Object(
  {
    index: Type.Integer({ minimum: 0 }),
    status: Type.Enum(['succeeded', 'failed', 'cancelled']),
    output: Type.Optional(JsonValueSchema),
    error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() }, { additionalProperties: false })),
  },
  { additionalProperties: false },
);
export type ChildResult = Static<typeof ChildResultSchema>;

/** How far a wait for children is. */
export const ChildProgressSchema = Type.Object(
  {
    /** Items that were started, counted from the front. */
    started: Type.Integer({ minimum: 0 }),
    /** Indexes of those that have not ended. */
    active: Type.Array(Type.Integer({ minimum: 0 })),
    succeeded: Type.Integer({ minimum: 0 }),
    failed: Type.Integer({ minimum: 0 }),
    /** Results worth keeping, in the order in which they came. */
    results: Type.Array(ChildResultSchema),
  },
  { additionalProperties: false },
);
export type ChildProgress = Static<typeof ChildProgressSchema>;

/**
 * What a suspended node waits for. All times are epoch ms; `dueAtMs` null means no time limit of its own (the engine sets 365 days;
 * a `join` needs none, since it ends when nobody else can come).
 */
export const WaitSpecSchema = Type.Union([
  Type.Object({ kind: Type.Literal('time'), dueAtMs: Type.Number() }, { additionalProperties: false }),
  Type.Object(
    {
      kind: Type.Literal('reply'),
      dueAtMs,
      /** Fragments that come within this time of one another count as one answer; 0 takes the first at once. */
      mergeMs: Type.Integer({ minimum: 0, maximum: 60_000 }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      /** Until `need` paths have come to this node, or nobody else can come. Settled by the engine; hosts see a plain time wait. */
      kind: Type.Literal('join'),
      need: Type.Union([Type.Literal('all'), Type.Integer({ minimum: 1 })]),
      dueAtMs,
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      /** Until a member says yes or no. `title`, `text` and `data` are what they are shown. */
      kind: Type.Literal('approval'),
      title: Type.String(),
      text: Type.String(),
      data: Type.Optional(JsonValueSchema),
      dueAtMs,
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      /** Until something with this name and key is reported from outside. */
      kind: Type.Literal('event'),
      name: Type.String({ minLength: 1, maxLength: 200 }),
      key: Type.String({ maxLength: 500 }),
      dueAtMs,
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      /** Until child runs have ended, one per item: of the nodes behind this node's body port, or of another flow. */
      kind: Type.Literal('children'),
      start: ChildStartSchema,
      items: Type.Array(JsonValueSchema),
      /** How many may be active at a time. */
      concurrency: Type.Integer({ minimum: 1, maximum: 100 }),
      /** `stop`: the first failure ends the others; `collect`: every item gets its turn. */
      onFailure: Type.Enum(['stop', 'collect']),
      /** Whether what each child put out is kept for the results. */
      keepsOutputs: Type.Boolean(),
      dueAtMs,
    },
    { additionalProperties: false },
  ),
]);
export type WaitSpec = Static<typeof WaitSpecSchema>;

/** Why a node runs again after it was parked. */
export const ResumeCauseSchema = Type.Union([
  Type.Object({ kind: Type.Literal('elapsed') }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal('replied'), reply: JsonObjectSchema }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal('timedOut') }, { additionalProperties: false }),
  Type.Object(
    {
      kind: Type.Literal('joined'),
      /** What each path brought, in order of arrival. */
      inputs: Type.Array(JsonValueSchema),
      /** How it ended: as many as were needed, nobody else can come, or the time was over. */
      end: Type.Enum(['enough', 'noMore', 'timedOut']),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('decided'),
      decision: Type.Enum(['approved', 'rejected']),
      /** Who decided, as shown to people. */
      by: Type.Optional(Type.String()),
      note: Type.Optional(Type.String()),
    },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Literal('eventArrived'), data: JsonObjectSchema }, { additionalProperties: false }),
  Type.Object(
    {
      kind: Type.Literal('childrenFinished'),
      total: Type.Integer({ minimum: 0 }),
      succeeded: Type.Integer({ minimum: 0 }),
      failed: Type.Integer({ minimum: 0 }),
      /** In the order of the items. */
      results: Type.Array(ChildResultSchema),
      /** A child said that the rest is not needed. */
      isBroken: Type.Boolean(),
    },
    { additionalProperties: false },
  ),
]);
export type ResumeCause = Static<typeof ResumeCauseSchema>;

/** What a node failed with, as the nodes behind its `error` port read it. */
export const NodeErrorSchema = Type.Object(
  { code: Type.String(), message: Type.String(), node: Type.String() },
  { additionalProperties: false },
);
export type NodeError = Static<typeof NodeErrorSchema>;

/** One place where the run stands. Several edges from one port make several positions. */
export const PositionSchema = Type.Object(
  {
    node: Type.String(),
    visit: Type.Integer({ minimum: 1 }),
    attempt: Type.Integer({ minimum: 1 }),
    state: Type.Enum(['running', 'waiting', 'retrying']),
    input: JsonValueSchema,
    memo: Type.Optional(JsonValueSchema),
    wait: Type.Optional(WaitSpecSchema),
    resumed: Type.Optional(ResumeCauseSchema),
    /** Parts of an answer that came so far, while a reply wait with `mergeMs` still listens for more. */
    fragments: Type.Optional(Type.Array(JsonObjectSchema)),
    /** The error that this path came from, read as `error`: handed on from an `error` port along the path. */
    error: Type.Optional(NodeErrorSchema),
    /** Nodes that joined without this path: when it gets there it ends. */
    late: Type.Optional(Type.Array(Type.String())),
    /** While it waits for children. */
    children: Type.Optional(ChildProgressSchema),
  },
  { additionalProperties: false },
);
export type Position = Static<typeof PositionSchema>;

export const RUN_STATUSES = ['running', 'waiting', 'succeeded', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** The whole state of one run as JSON. `positions` is keyed by position id ("p1", "p2" …). */
export const RunSnapshotSchema = Type.Object(
  {
    v: Type.Literal(1),
    status: Type.Enum([...RUN_STATUSES]),
    /** Seed of the run's own random numbers; two positions never share a draw. */
    seed: Type.Integer(),
    positions: Type.Record(Type.String(), PositionSchema),
    nextPosition: Type.Integer(),
    /** Last output of each node that finished, read as `nodes.<id>`. */
    outputs: Type.Record(
      Type.String(),
      Type.Object({ port: Type.String(), output: JsonValueSchema }, { additionalProperties: false }),
    ),
    vars: JsonObjectSchema,
    trigger: JsonValueSchema,
    visits: Type.Record(Type.String(), Type.Integer()),
    nodeRuns: Type.Integer(),
    /** Size of the data above as JSON in UTF-8, kept up to date so that the limit costs nothing to check. */
    bytes: Type.Integer({ minimum: 0 }),
    error: Type.Optional(ErrorRecordSchema),
    /** Of a child run: how many runs stand above it. */
    depth: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Of a child run that runs a body: the node whose body it is. A path that comes back there has ended. */
    body: Type.Optional(Type.String()),
  },
  { additionalProperties: false, title: 'Run snapshot' },
);
export type RunSnapshot = Static<typeof RunSnapshotSchema>;
