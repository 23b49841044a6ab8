import { Type, type Static } from 'typebox';
import { JsonObjectSchema, JsonValueSchema } from '../json.ts';
import { NodeIdSchema, NodeTypeNameSchema } from '../ids.ts';
import { FlowTestSchema } from './flow-test.ts';

/** The newest format version; older documents are migrated step by step (migrate-flow.ts). */
export const FLOW_FORMAT_VERSION = 1;

/** `$schema` of a flow document of the newest format. */
export const FLOW_SCHEMA_URL = 'https://heddle.dev/schemas/flow/1.json';

/**
 * How a failed node is tried again. Attempt n waits baseMs × 2^(n-1) (exponential) or baseMs (constant), jittered.
 * `onlyOn` narrows it to these error codes; an error whose rule is "never" is not tried again whatever the list says.
 */
export const RetryPolicySchema = Type.Object(
  {
    attempts: Type.Integer({ minimum: 1, maximum: 10, description: 'Tries in all, the first one included' }),
    backoff: Type.Enum(['exponential', 'constant']),
    baseMs: Type.Integer({ minimum: 100, maximum: 3_600_000 }),
    jitter: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'Share by which a pause may be shorter or longer; default 0.25',
      }),
    ),
    onlyOn: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 80 }), {
        minItems: 1,
        maxItems: 40,
        uniqueItems: true,
        description: 'Error codes that are tried again; every passing error when left out',
      }),
    ),
  },
  { additionalProperties: false },
);
export type RetryPolicy = Static<typeof RetryPolicySchema>;

/**
 * What a node is taken to have put out, instead of running it, in tests and when a draft is stepped through. Never in a published
 * version: publishing leaves it out.
 */
export const NodePinSchema = Type.Object(
  {
    port: Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$' }),
    output: JsonValueSchema,
  },
  { additionalProperties: false },
);
export type NodePin = Static<typeof NodePinSchema>;

/** One element of a flow. Text in `config` may be a Liquid template; `{ "$": "expression" }` keeps the value's type. */
export const FlowNodeSchema = Type.Object(
  {
    type: NodeTypeNameSchema,
    v: Type.Integer({ minimum: 1, description: 'Version of the node type that the config fits' }),
    label: Type.Optional(Type.String({ maxLength: 80 })),
    config: JsonObjectSchema,
    retry: Type.Optional(RetryPolicySchema),
    isDisabled: Type.Optional(Type.Boolean()),
    pin: Type.Optional(NodePinSchema),
  },
  { additionalProperties: false },
);
export type FlowNode = Static<typeof FlowNodeSchema>;

/** A connection from a named port to a node. */
export const FlowEdgeSchema = Type.Object(
  {
    from: Type.String({
      pattern: '^[a-z][a-zA-Z0-9_-]{0,63}\\.[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$',
      description: 'node.port',
    }),
    to: NodeIdSchema,
  },
  { additionalProperties: false },
);
export type FlowEdge = Static<typeof FlowEdgeSchema>;

/** What a template asks for on import; read as `inputs.<name>`. */
export const FlowInputSchema = Type.Object(
  {
    type: Type.Enum(['text', 'number', 'boolean', 'url']),
    label: Type.String({ minLength: 1, maxLength: 120 }),
    description: Type.Optional(Type.String({ maxLength: 500 })),
    default: Type.Optional(JsonValueSchema),
    required: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type FlowInput = Static<typeof FlowInputSchema>;

/** A connection slot: which platform the flow needs an account of. The account itself is bound outside the document. */
export const FlowSlotSchema = Type.Object(
  { platform: Type.String({ pattern: '^[a-z][a-z0-9-]*$' }), label: Type.String({ minLength: 1, maxLength: 120 }) },
  { additionalProperties: false },
);
export type FlowSlot = Static<typeof FlowSlotSchema>;

/** Colours of notes and frames. */
export const NOTE_COLORS = ['yellow', 'green', 'blue', 'pink', 'grey'] as const;

/** A sticky note on the canvas, or a frame around a group of nodes: what lies inside moves with it. */
export const FlowNoteSchema = Type.Object(
  {
    id: NodeIdSchema,
    text: Type.String({ maxLength: 2000 }),
    at: Type.Tuple([Type.Number(), Type.Number()]),
    size: Type.Optional(Type.Tuple([Type.Number(), Type.Number()])),
    isFrame: Type.Optional(Type.Boolean()),
    color: Type.Optional(Type.Enum([...NOTE_COLORS], { description: 'Default yellow; of a frame grey' })),
  },
  { additionalProperties: false },
);
export type FlowNote = Static<typeof FlowNoteSchema>;

/** Rules of the flow as a whole. */
export const FlowSettingsSchema = Type.Object(
  {
    priority: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 100,
        description: 'When two flows want one event, the higher wins; default 50',
      }),
    ),
    contactPolicy: Type.Optional(
      Type.Enum(['ignore', 'restart', 'queue', 'parallel'], {
        description: 'What a new trigger does while a run for the same contact is active; default parallel',
      }),
    ),
    maxActiveRuns: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000,
        description: 'Runs of this flow that may be active at a time, for all contacts together; default no limit',
      }),
    ),
    whenFull: Type.Optional(
      Type.Enum(['ignore', 'queue'], {
        description: 'What a new trigger does when maxActiveRuns are active; default ignore',
      }),
    ),
    cooldownMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 31_536_000_000,
        description: 'Least time between two starts for one contact; default 0',
      }),
    ),
  },
  { additionalProperties: false },
);
export type FlowSettings = Static<typeof FlowSettingsSchema>;

/** A flow document: logic, and only logic. An export of it holds no id of ours and no secret by construction. */
export const FlowDocumentSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    formatVersion: Type.Literal(FLOW_FORMAT_VERSION),
    name: Type.String({ minLength: 1, maxLength: 120 }),
    description: Type.Optional(Type.String({ maxLength: 2000 })),
    inputs: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z][a-zA-Z0-9_]{0,63}$' }), FlowInputSchema, {
        additionalProperties: false,
      }),
    ),
    connections: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z][a-zA-Z0-9_]{0,63}$' }), FlowSlotSchema, {
        additionalProperties: false,
      }),
    ),
    plugins: Type.Optional(Type.Record(Type.String(), Type.String())),
    settings: Type.Optional(FlowSettingsSchema),
    nodes: Type.Record(Type.String({ pattern: '^[a-z][a-zA-Z0-9_-]{0,63}$' }), FlowNodeSchema, {
      additionalProperties: false,
    }),
    edges: Type.Array(FlowEdgeSchema, { maxItems: 5000 }),
    layout: Type.Optional(Type.Record(Type.String(), Type.Tuple([Type.Number(), Type.Number()]))),
    notes: Type.Optional(Type.Array(FlowNoteSchema, { maxItems: 200 })),
    tests: Type.Optional(Type.Array(FlowTestSchema, { maxItems: 200 })),
    template: Type.Optional(
      Type.Object(
        {
          summary: Type.String({ maxLength: 400 }),
          category: Type.String({ maxLength: 40 }),
          icon: Type.Optional(Type.String({ maxLength: 40 })),
        },
        { additionalProperties: false, description: 'Shown in the template gallery' },
      ),
    ),
  },
  { additionalProperties: false, $id: FLOW_SCHEMA_URL, title: 'Flow document' },
);
export type FlowDocument = Static<typeof FlowDocumentSchema>;

/** Splits `node.port`. The pattern of the schema guarantees exactly one dot. */
export function parseEdgeSource(from: string): { node: string; port: string } {
  const dot = from.indexOf('.');
  return { node: from.slice(0, dot), port: from.slice(dot + 1) };
}
