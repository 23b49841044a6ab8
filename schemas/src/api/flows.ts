import { Type, type Static } from 'typebox';
import { IssueSchema } from '../errors.ts';
import { FlowDocumentSchema } from '../flow/flow-document.ts';
import { DraftOperationSchema } from '../flow/draft-operation.ts';
import { IdSchema, TimestampSchema } from '../ids.ts';
import { JsonObjectSchema, JsonValueSchema } from '../json.ts';
import { NodeDefinitionDataSchema } from '../node-definition.ts';
import { defineEndpoint, PageSchema, pageQuery } from './endpoint.ts';
import { LintFactsSchema } from './lint-facts.ts';

export type { FlowLintFacts } from './lint-facts.ts';

export const FlowStateSchema = Type.Enum(['draft', 'live', 'paused'], { description: 'draft: never published' });

/** A flow in a list. */
export const FlowSummarySchema = Type.Object(
  {
    id: IdSchema,
    name: Type.String(),
    state: FlowStateSchema,
    publishedVersion: Type.Union([Type.Integer(), Type.Null()]),
    hasUnpublishedChanges: Type.Boolean(),
    /** Node types of the triggers, for the icon in the list. */
    triggers: Type.Array(Type.String()),
    /** Counts of the last 7 days. */
    recent: Type.Object(
      { runs: Type.Integer(), failed: Type.Integer(), waiting: Type.Integer(), sent: Type.Integer() },
      { additionalProperties: false },
    ),
    createdAt: TimestampSchema,
    updatedAt: TimestampSchema,
  },
  { additionalProperties: false },
);
export type FlowSummary = Static<typeof FlowSummarySchema>;

/** Which connection stands in for each slot of the flow, and values for its inputs. Kept outside the document. */
export const FlowBindingsSchema = Type.Object(
  { connections: Type.Record(Type.String(), Type.Union([IdSchema, Type.Null()])), inputs: JsonObjectSchema },
  { additionalProperties: false },
);
export type FlowBindings = Static<typeof FlowBindingsSchema>;

export const FlowViewSchema = Type.Object(
  {
    ...FlowSummarySchema.properties,
    draft: FlowDocumentSchema,
    /** Grows by one with each change of the draft; send it back as baseRevision. */
    draftRevision: Type.Integer(),
    bindings: FlowBindingsSchema,
    issues: Type.Array(IssueSchema),
    lintFacts: LintFactsSchema,
    /** Address of each core/webhook trigger of the published version, by node id. */
    webhookUrls: Type.Record(Type.String(), Type.String()),
  },
  { additionalProperties: false },
);
export type FlowView = Static<typeof FlowViewSchema>;

export const FlowVersionSummarySchema = Type.Object(
  {
    version: Type.Integer(),
    publishedAt: TimestampSchema,
    publishedBy: Type.String(),
    note: Type.String(),
    isLive: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type FlowVersionSummary = Static<typeof FlowVersionSummarySchema>;

export const FlowTestResultSchema = Type.Object(
  {
    name: Type.String(),
    passed: Type.Boolean(),
    /** What was wrong, in words; empty when passed. */
    problems: Type.Array(Type.String()),
    sent: Type.Array(JsonObjectSchema),
    ports: Type.Array(Type.String()),
  },
  { additionalProperties: false },
);
export type FlowTestResult = Static<typeof FlowTestResultSchema>;

/** Numbers of one node for a period. */
export const NodeStatsSchema = Type.Object(
  {
    passed: Type.Integer(),
    waiting: Type.Integer(),
    failed: Type.Integer(),
    sent: Type.Integer(),
    ports: Type.Record(Type.String(), Type.Integer()),
  },
  { additionalProperties: false },
);
export type NodeStats = Static<typeof NodeStatsSchema>;

export const TemplateSummarySchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    summary: Type.String(),
    category: Type.String(),
    icon: Type.String(),
    nodeCount: Type.Integer(),
    platforms: Type.Array(Type.String()),
    document: FlowDocumentSchema,
  },
  { additionalProperties: false },
);
export type TemplateSummary = Static<typeof TemplateSummarySchema>;

const idParam = Type.Object({ id: IdSchema }, { additionalProperties: false });
const versionParam = Type.Object(
  { id: IdSchema, version: Type.String({ pattern: '^[0-9]{1,9}$' }) },
  { additionalProperties: false },
);

export const flowEndpoints = {
  list: defineEndpoint({
    id: 'flows.list',
    method: 'GET',
    path: '/api/flows',
    summary: 'Flows of the workspace, last changed first',
    access: 'viewer',
    query: Type.Object(
      { ...pageQuery, search: Type.Optional(Type.String({ maxLength: 100 })), state: Type.Optional(FlowStateSchema) },
      { additionalProperties: false },
    ),
    response: PageSchema(FlowSummarySchema),
  }),
  create: defineEndpoint({
    id: 'flows.create',
    method: 'POST',
    path: '/api/flows',
    summary: 'Make a flow, empty or from a shipped template',
    access: 'editor',
    status: 201,
    body: Type.Object(
      { name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })), templateId: Type.Optional(Type.String()) },
      { additionalProperties: false },
    ),
    response: FlowViewSchema,
  }),
  get: defineEndpoint({
    id: 'flows.get',
    method: 'GET',
    path: '/api/flows/:id',
    summary: 'A flow with its draft',
    access: 'viewer',
    params: idParam,
    response: FlowViewSchema,
  }),
  change: defineEndpoint({
    id: 'flows.change',
    method: 'PATCH',
    path: '/api/flows/:id',
    summary: 'Apply operations to the draft; 409 when the draft moved on',
    access: 'editor',
    params: idParam,
    body: Type.Object(
      {
        baseRevision: Type.Integer({ minimum: 0 }),
        operations: Type.Array(DraftOperationSchema, { minItems: 1, maxItems: 500 }),
      },
      { additionalProperties: false },
    ),
    response: Type.Object(
      {
        draftRevision: Type.Integer(),
        issues: Type.Array(IssueSchema),
        hasUnpublishedChanges: Type.Boolean(),
        bindings: FlowBindingsSchema,
      },
      { additionalProperties: false },
    ),
    maxBodyBytes: 4_194_304,
  }),
  bind: defineEndpoint({
    id: 'flows.bind',
    method: 'PUT',
    path: '/api/flows/:id/bindings',
    summary: 'Choose connections for slots and values for inputs',
    access: 'editor',
    params: idParam,
    body: FlowBindingsSchema,
    response: FlowViewSchema,
  }),
  remove: defineEndpoint({
    id: 'flows.delete',
    method: 'DELETE',
    path: '/api/flows/:id',
    summary: 'Delete a flow; it can be restored for 30 days',
    access: 'editor',
    params: idParam,
    status: 204,
  }),
  restore: defineEndpoint({
    id: 'flows.restore',
    method: 'POST',
    path: '/api/flows/:id/restore',
    summary: 'Bring a deleted flow back',
    access: 'editor',
    params: idParam,
    response: FlowViewSchema,
  }),
  duplicate: defineEndpoint({
    id: 'flows.duplicate',
    method: 'POST',
    path: '/api/flows/:id/duplicate',
    summary: 'Copy a flow as a new draft',
    access: 'editor',
    params: idParam,
    status: 201,
    response: FlowViewSchema,
  }),
  publish: defineEndpoint({
    id: 'flows.publish',
    method: 'POST',
    path: '/api/flows/:id/publish',
    summary:
      'Run the test cases, freeze the draft as the next version and make it live; a draft that is published already gives no second version',
    access: 'editor',
    params: idParam,
    body: Type.Object(
      {
        note: Type.Optional(Type.String({ maxLength: 500 })),
        draftRevision: Type.Optional(
          Type.Integer({ minimum: 0, description: 'The draft to publish; 409 when it moved on' }),
        ),
        evenIfTestsFail: Type.Optional(Type.Boolean({ description: 'Publish although test cases of the flow fail' })),
      },
      { additionalProperties: false },
    ),
    response: FlowViewSchema,
  }),
  pause: defineEndpoint({
    id: 'flows.pause',
    method: 'POST',
    path: '/api/flows/:id/pause',
    summary: 'Stop starting runs; runs under way go on',
    access: 'editor',
    params: idParam,
    response: FlowViewSchema,
  }),
  resume: defineEndpoint({
    id: 'flows.resume',
    method: 'POST',
    path: '/api/flows/:id/resume',
    summary: 'Start runs again',
    access: 'editor',
    params: idParam,
    response: FlowViewSchema,
  }),
  versions: defineEndpoint({
    id: 'flows.versions',
    method: 'GET',
    path: '/api/flows/:id/versions',
    summary: 'Published versions, newest first',
    access: 'viewer',
    params: idParam,
    response: Type.Object({ items: Type.Array(FlowVersionSummarySchema) }, { additionalProperties: false }),
  }),
  version: defineEndpoint({
    id: 'flows.version',
    method: 'GET',
    path: '/api/flows/:id/versions/:version',
    summary: 'One published version',
    access: 'viewer',
    params: versionParam,
    response: Type.Object({ version: Type.Integer(), document: FlowDocumentSchema }, { additionalProperties: false }),
  }),
  rollBack: defineEndpoint({
    id: 'flows.rollBack',
    method: 'POST',
    path: '/api/flows/:id/versions/:version/restore',
    summary: 'Make an old version the draft',
    access: 'editor',
    params: versionParam,
    response: FlowViewSchema,
  }),
  lint: defineEndpoint({
    id: 'flows.lint',
    method: 'POST',
    path: '/api/flows/:id/lint',
    summary: 'Everything wrong or doubtful in the draft',
    access: 'viewer',
    params: idParam,
    response: Type.Object({ issues: Type.Array(IssueSchema) }, { additionalProperties: false }),
  }),
  test: defineEndpoint({
    id: 'flows.test',
    method: 'POST',
    path: '/api/flows/:id/test',
    summary: 'Run the test cases stored with the draft, in memory',
    access: 'editor',
    params: idParam,
    response: Type.Object({ results: Type.Array(FlowTestResultSchema) }, { additionalProperties: false }),
  }),
  export: defineEndpoint({
    id: 'flows.export',
    method: 'GET',
    path: '/api/flows/:id/export',
    summary: 'The draft as one JSON file without ids or secrets',
    access: 'viewer',
    params: idParam,
    response: FlowDocumentSchema,
  }),
  import: defineEndpoint({
    id: 'flows.import',
    method: 'POST',
    path: '/api/flows/import',
    summary: 'Make a flow from an exported file; runs nothing',
    access: 'editor',
    status: 201,
    body: JsonValueSchema,
    response: FlowViewSchema,
    maxBodyBytes: 4_194_304,
  }),
  run: defineEndpoint({
    id: 'flows.run',
    method: 'POST',
    path: '/api/flows/:id/run',
    summary: 'Start the published version by its manual trigger',
    access: 'editor',
    params: idParam,
    status: 202,
    body: Type.Object(
      { node: Type.Optional(Type.String()), data: Type.Optional(JsonObjectSchema), contactId: Type.Optional(IdSchema) },
      { additionalProperties: false },
    ),
    response: Type.Object({ eventId: IdSchema }, { additionalProperties: false }),
  }),
  stats: defineEndpoint({
    id: 'flows.stats',
    method: 'GET',
    path: '/api/flows/:id/stats',
    summary: 'Numbers for the canvas',
    access: 'viewer',
    params: idParam,
    query: Type.Object(
      { days: Type.Optional(Type.Integer({ minimum: 1, maximum: 365, default: 7 })) },
      { additionalProperties: false },
    ),
    response: Type.Object({ nodes: Type.Record(Type.String(), NodeStatsSchema) }, { additionalProperties: false }),
  }),
  nodeTypes: defineEndpoint({
    id: 'nodeTypes.list',
    method: 'GET',
    path: '/api/node-types',
    summary: 'Definitions of all installed node types',
    access: 'viewer',
    response: Type.Object({ items: Type.Array(NodeDefinitionDataSchema) }, { additionalProperties: false }),
  }),
  options: defineEndpoint({
    id: 'flows.options',
    method: 'POST',
    path: '/api/flows/:id/options',
    summary: 'Choices for a field of a node that only its plugin knows (x-options); at most 200',
    access: 'editor',
    params: idParam,
    body: Type.Object(
      {
        type: Type.String({ maxLength: 128 }),
        field: Type.String({ maxLength: 64 }),
        config: JsonObjectSchema,
        search: Type.Optional(Type.String({ maxLength: 200 })),
      },
      { additionalProperties: false },
    ),
    response: Type.Object(
      {
        items: Type.Array(
          Type.Object({ value: Type.String(), label: Type.String() }, { additionalProperties: false }),
          { maxItems: 200 },
        ),
      },
      { additionalProperties: false },
    ),
  }),
  templates: defineEndpoint({
    id: 'templates.list',
    method: 'GET',
    path: '/api/templates',
    summary: 'Shipped templates',
    access: 'viewer',
    response: Type.Object({ items: Type.Array(TemplateSummarySchema) }, { additionalProperties: false }),
  }),
};
