import { Type, type Static } from 'typebox';
import { ErrorRecordSchema } from '../errors.ts';
import { FlowDocumentSchema } from '../flow/flow-document.ts';
import { EVENT_STATES } from '../inbound-event.ts';
import { IdSchema, TimestampSchema } from '../ids.ts';
import { JsonObjectSchema, JsonValueSchema } from '../json.ts';
import { RUN_STATUSES, WaitSpecSchema } from '../run/run-snapshot.ts';
import { defineEndpoint, PageSchema, pageQuery } from './endpoint.ts';

/** Who something is about, or nobody. */
export const contactRef = Type.Union([
  Type.Object(
    { id: IdSchema, name: Type.String(), username: Type.Union([Type.String(), Type.Null()]) },
    { additionalProperties: false },
  ),
  Type.Null(),
]);

export const RunSummarySchema = Type.Object(
  {
    id: IdSchema,
    flowId: IdSchema,
    flowName: Type.String(),
    flowVersion: Type.Integer(),
    status: Type.Enum([...RUN_STATUSES]),
    trigger: Type.String({ description: 'Node type of the trigger' }),
    contact: contactRef,
    error: Type.Union([ErrorRecordSchema, Type.Null()]),
    startedAt: TimestampSchema,
    endedAt: Type.Union([TimestampSchema, Type.Null()]),
    nodeRuns: Type.Integer(),
    /** Of a run that another run started: that run, and for which of its items. */
    parent: Type.Union([
      Type.Object({ runId: IdSchema, index: Type.Integer() }, { additionalProperties: false }),
      Type.Null(),
    ]),
  },
  { additionalProperties: false },
);
export type RunSummary = Static<typeof RunSummarySchema>;

export const NodeRunViewSchema = Type.Object(
  {
    id: IdSchema,
    node: Type.String(),
    type: Type.String(),
    visit: Type.Integer(),
    attempt: Type.Integer(),
    status: Type.Enum(['running', 'suspended', 'succeeded', 'failed', 'cancelled']),
    port: Type.Union([Type.String(), Type.Null()]),
    input: JsonValueSchema,
    output: JsonValueSchema,
    error: Type.Union([ErrorRecordSchema, Type.Null()]),
    startedAt: TimestampSchema,
    endedAt: Type.Union([TimestampSchema, Type.Null()]),
  },
  { additionalProperties: false },
);
export type NodeRunView = Static<typeof NodeRunViewSchema>;

/** States of a thing to send. `unknown`: we cannot know whether it arrived; a person settles it, Heddle never resends. */
export const OUTBOX_STATES = ['planned', 'sending', 'sent', 'refused', 'failed', 'unknown'] as const;
export const OutboxViewSchema = Type.Object(
  {
    id: IdSchema,
    runId: Type.Union([IdSchema, Type.Null()]),
    flowId: Type.Union([IdSchema, Type.Null()]),
    flowName: Type.String(),
    node: Type.String(),
    /** What people call the node: its label, else its type's title. */
    nodeTitle: Type.String(),
    state: Type.Enum([...OUTBOX_STATES]),
    kind: Type.String(),
    /** What was or would have been sent, as one line. */
    summary: Type.String(),
    action: JsonObjectSchema,
    platformId: Type.Union([Type.String(), Type.Null()]),
    reason: Type.Union([Type.String(), Type.Null()]),
    contact: contactRef,
    createdAt: TimestampSchema,
    settledAt: Type.Union([TimestampSchema, Type.Null()]),
  },
  { additionalProperties: false },
);
export type OutboxView = Static<typeof OutboxViewSchema>;

export const WaitViewSchema = Type.Object(
  {
    position: Type.Optional(Type.String({ description: 'Names the wait in an approval' })),
    node: Type.String(),
    wait: Type.Union([WaitSpecSchema, JsonObjectSchema]),
    dueAt: Type.Union([TimestampSchema, Type.Null()]),
  },
  { additionalProperties: false },
);

export const RunViewSchema = Type.Object(
  {
    ...RunSummarySchema.properties,
    document: FlowDocumentSchema,
    vars: JsonObjectSchema,
    triggerOutput: JsonValueSchema,
    nodes: Type.Array(NodeRunViewSchema),
    outbox: Type.Array(OutboxViewSchema),
    waits: Type.Array(WaitViewSchema),
  },
  { additionalProperties: false },
);
export type RunView = Static<typeof RunViewSchema>;

export const EventViewSchema = Type.Object(
  {
    id: IdSchema,
    kind: Type.String(),
    platform: Type.String(),
    state: Type.Enum([...EVENT_STATES]),
    reason: Type.Union([Type.String(), Type.Null()]),
    /** The node that it was meant for: a trigger of one flow, or a run's wait. Null for what any flow may take. */
    target: Type.Union([
      Type.Object(
        { flowId: IdSchema, flowName: Type.String(), node: Type.String(), nodeTitle: Type.String() },
        { additionalProperties: false },
      ),
      Type.Null(),
    ]),
    /** Triggers that were asked and did not fire, each with its reason. */
    skipped: Type.Array(
      Type.Object(
        {
          flowId: IdSchema,
          flowName: Type.String(),
          node: Type.String(),
          nodeTitle: Type.String(),
          reason: Type.String(),
        },
        { additionalProperties: false },
      ),
    ),
    runIds: Type.Array(IdSchema),
    contact: contactRef,
    summary: Type.String(),
    data: JsonObjectSchema,
    attempts: Type.Integer(),
    occurredAt: TimestampSchema,
    receivedAt: TimestampSchema,
  },
  { additionalProperties: false },
);
export type EventView = Static<typeof EventViewSchema>;

/** A question that waits for the decision of a member. */
export const ApprovalViewSchema = Type.Object(
  {
    runId: IdSchema,
    /** Which wait of the run; a run may ask several things at a time. */
    position: Type.String(),
    flowId: IdSchema,
    flowName: Type.String(),
    node: Type.String(),
    title: Type.String(),
    text: Type.String(),
    /** What there is to decide on. */
    data: JsonValueSchema,
    contact: contactRef,
    askedAt: TimestampSchema,
    dueAt: Type.Union([TimestampSchema, Type.Null()]),
  },
  { additionalProperties: false },
);
export type ApprovalView = Static<typeof ApprovalViewSchema>;

/** What a member decided. */
export const DecisionViewSchema = Type.Object(
  {
    id: IdSchema,
    runId: IdSchema,
    position: Type.String(),
    flowId: IdSchema,
    flowName: Type.String(),
    title: Type.String(),
    decision: Type.Enum(['approved', 'rejected']),
    by: Type.String(),
    note: Type.Union([Type.String(), Type.Null()]),
    contact: contactRef,
    decidedAt: TimestampSchema,
  },
  { additionalProperties: false },
);
export type DecisionView = Static<typeof DecisionViewSchema>;

const idParam = Type.Object({ id: IdSchema }, { additionalProperties: false });

export const runEndpoints = {
  list: defineEndpoint({
    id: 'runs.list',
    method: 'GET',
    path: '/api/runs',
    summary: 'Runs, newest first; those that a run started only with parentId',
    access: 'viewer',
    query: Type.Object(
      {
        ...pageQuery,
        flowId: Type.Optional(IdSchema),
        status: Type.Optional(Type.Enum([...RUN_STATUSES])),
        contactId: Type.Optional(IdSchema),
        parentId: Type.Optional(IdSchema),
      },
      { additionalProperties: false },
    ),
    response: PageSchema(RunSummarySchema),
  }),
  get: defineEndpoint({
    id: 'runs.get',
    method: 'GET',
    path: '/api/runs/:id',
    summary: 'A run with every node run, message and wait, and the version it ran',
    access: 'viewer',
    params: idParam,
    response: RunViewSchema,
  }),
  cancel: defineEndpoint({
    id: 'runs.cancel',
    method: 'POST',
    path: '/api/runs/:id/cancel',
    summary: 'Cancel a run; what was sent stays sent',
    access: 'editor',
    params: idParam,
    response: RunSummarySchema,
  }),
  retry: defineEndpoint({
    id: 'runs.retry',
    method: 'POST',
    path: '/api/runs/:id/retry',
    summary: 'Go on from the node that failed',
    access: 'editor',
    params: idParam,
    status: 202,
    response: RunSummarySchema,
  }),
  approvals: defineEndpoint({
    id: 'approvals.list',
    method: 'GET',
    path: '/api/approvals',
    summary: 'Questions that wait for the decision of a member, oldest first',
    access: 'viewer',
    query: Type.Object({ ...pageQuery }, { additionalProperties: false }),
    response: PageSchema(ApprovalViewSchema),
  }),
  decisions: defineEndpoint({
    id: 'approvals.decisions',
    method: 'GET',
    path: '/api/approvals/decisions',
    summary: 'What members decided, newest first',
    access: 'viewer',
    query: Type.Object({ ...pageQuery }, { additionalProperties: false }),
    response: PageSchema(DecisionViewSchema),
  }),
  decide: defineEndpoint({
    id: 'runs.decide',
    method: 'POST',
    path: '/api/runs/:id/approvals/:position',
    summary: 'Decide what a run asks; the first decision counts',
    access: 'editor',
    params: Type.Object(
      { id: IdSchema, position: Type.String({ pattern: '^p[0-9]{1,9}$' }) },
      { additionalProperties: false },
    ),
    status: 202,
    body: Type.Object(
      { decision: Type.Enum(['approved', 'rejected']), note: Type.Optional(Type.String({ maxLength: 2000 })) },
      { additionalProperties: false },
    ),
    response: RunSummarySchema,
  }),
  report: defineEndpoint({
    id: 'events.report',
    method: 'POST',
    path: '/api/events',
    summary:
      'Report that something happened, to every run that waits for this name and key, or comes to wait for it later',
    access: 'editor',
    status: 202,
    body: Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: 200 }),
        key: Type.String({ maxLength: 500 }),
        data: Type.Optional(JsonObjectSchema),
      },
      { additionalProperties: false },
    ),
    response: Type.Object(
      { id: IdSchema, runs: Type.Integer({ description: 'Runs that waited for it' }) },
      { additionalProperties: false },
    ),
  }),
  events: defineEndpoint({
    id: 'events.list',
    method: 'GET',
    path: '/api/events',
    summary: 'What the platforms sent us, newest first',
    access: 'viewer',
    query: Type.Object(
      {
        ...pageQuery,
        state: Type.Optional(Type.Enum([...EVENT_STATES])),
        kind: Type.Optional(Type.String()),
        contactId: Type.Optional(IdSchema),
      },
      { additionalProperties: false },
    ),
    response: PageSchema(EventViewSchema),
  }),
  event: defineEndpoint({
    id: 'events.get',
    method: 'GET',
    path: '/api/events/:id',
    summary: 'One event',
    access: 'viewer',
    params: idParam,
    response: EventViewSchema,
  }),
  replayEvent: defineEndpoint({
    id: 'events.replay',
    method: 'POST',
    path: '/api/events/:id/replay',
    summary: 'Take a failed or ignored event again',
    access: 'editor',
    params: idParam,
    status: 202,
    response: EventViewSchema,
  }),
  outbox: defineEndpoint({
    id: 'outbox.list',
    method: 'GET',
    path: '/api/outbox',
    summary: 'Activity: exactly what was sent, to whom, when, by which run and node',
    access: 'viewer',
    query: Type.Object(
      {
        ...pageQuery,
        state: Type.Optional(Type.Enum([...OUTBOX_STATES])),
        kind: Type.Optional(Type.String({ maxLength: 60, description: 'Kind of action, such as "message"' })),
        flowId: Type.Optional(IdSchema),
        contactId: Type.Optional(IdSchema),
        runId: Type.Optional(IdSchema),
        search: Type.Optional(Type.String({ maxLength: 100 })),
      },
      { additionalProperties: false },
    ),
    response: PageSchema(OutboxViewSchema),
  }),
  settle: defineEndpoint({
    id: 'outbox.settle',
    method: 'POST',
    path: '/api/outbox/:id/settle',
    summary: 'A person says what became of a message whose outcome is unknown',
    access: 'editor',
    params: idParam,
    body: Type.Object({ outcome: Type.Enum(['sent', 'failed']) }, { additionalProperties: false }),
    response: OutboxViewSchema,
  }),
};
