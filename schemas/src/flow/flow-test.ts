import { Type, type Static } from 'typebox';
import { JsonObjectSchema, JsonValueSchema, type JsonObject } from '../json.ts';

/** Something that happens to the flow in a test, `afterMs` of virtual time after the one before. */
export const FlowTestEventSchema = Type.Object(
  {
    afterMs: Type.Optional(Type.Integer({ minimum: 0 })),
    kind: Type.String({ description: 'Event kind, such as instagram/comment or instagram/message' }),
    data: Type.Optional(JsonObjectSchema),
  },
  { additionalProperties: false },
);
export type FlowTestEvent = Static<typeof FlowTestEventSchema>;

/** What must be seen. All `sent` entries together must be all that was sent, in order. */
export const FlowTestExpectationSchema = Type.Union([
  Type.Object(
    {
      sent: Type.Object(
        {
          kind: Type.Optional(Type.String({ description: 'Action kind: message, privateReply, commentReply …' })),
          node: Type.Optional(Type.String()),
          text: Type.Optional(Type.String({ description: 'Exactly this text' })),
          contains: Type.Optional(Type.String({ description: 'Somewhere in the action, as text' })),
        },
        { additionalProperties: false },
      ),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { port: Type.String({ description: 'node.port that must have been taken' }) },
    { additionalProperties: false },
  ),
  Type.Object(
    { tag: Type.String({ description: 'Tag that the contact must have at the end' }) },
    { additionalProperties: false },
  ),
  Type.Object({ field: Type.String(), value: JsonValueSchema }, { additionalProperties: false }),
  Type.Object(
    {
      record: Type.Object(
        {
          collection: Type.String({ description: 'Such as catalog/draft' }),
          has: Type.Unsafe<JsonObject>({ ...JsonObjectSchema, description: 'A record with these values was kept' }),
        },
        { additionalProperties: false },
      ),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { runs: Type.Integer({ minimum: 0, description: 'How many runs started' }) },
    { additionalProperties: false },
  ),
  Type.Object({ status: Type.Enum(['waiting', 'succeeded', 'failed', 'cancelled']) }, { additionalProperties: false }),
]);
export type FlowTestExpectation = Static<typeof FlowTestExpectationSchema>;

/** A case stored with the flow: these events, these messages. Runs in memory in virtual time. */
export const FlowTestSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    given: Type.Object(
      {
        contact: Type.Optional(JsonObjectSchema),
        inputs: Type.Optional(JsonObjectSchema),
        seed: Type.Optional(Type.Integer({ minimum: 0 })),
        aiAnswers: Type.Optional(
          Type.Array(Type.String(), {
            description: 'What the model answers, in order; none: the provider is not configured',
          }),
        ),
        reads: Type.Optional(
          Type.Record(Type.String(), Type.Array(JsonValueSchema), {
            description:
              'What the platform answers when a node reads data of this name, in order; the last answer repeats',
          }),
        ),
        events: Type.Array(FlowTestEventSchema, { minItems: 1 }),
      },
      { additionalProperties: false },
    ),
    expect: Type.Array(FlowTestExpectationSchema, { minItems: 1 }),
  },
  { additionalProperties: false },
);
export type FlowTest = Static<typeof FlowTestSchema>;
