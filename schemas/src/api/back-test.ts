import { Type, type Static } from 'typebox';
import { IdSchema, TimestampSchema } from '../ids.ts';
import { RUN_STATUSES } from '../run/run-snapshot.ts';
import { defineEndpoint } from './endpoint.ts';

/** Most events that one back-test compares. */
export const MAX_BACK_TEST_EVENTS = 1000;

/** Something that went out, or would have. */
export const BackTestSendSchema = Type.Object(
  {
    node: Type.String(),
    /** Kind of the action: `message`, `commentReply`, `privateReply`, `http` … */
    kind: Type.String(),
    /** In one line. */
    text: Type.String(),
    outcome: Type.Enum(['sent', 'refused', 'failed']),
    /** Why it did not go out; null when it did. */
    reason: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
);
export type BackTestSend = Static<typeof BackTestSendSchema>;

const outcome = {
  fired: Type.Boolean({ description: 'The event started or continued a run of the flow' }),
  sends: Type.Array(BackTestSendSchema),
};

export const BackTestVerdictSchema = Type.Enum(['same', 'different', 'newlyFires', 'noLongerFires'], {
  description: 'different: both fired and sent other things',
});
export type BackTestVerdict = Static<typeof BackTestVerdictSchema>;

export const BackTestItemSchema = Type.Object(
  {
    eventId: IdSchema,
    occurredAt: TimestampSchema,
    kind: Type.String(),
    summary: Type.String(),
    /** Who it was about, as a person would say it; null: nobody. */
    contact: Type.Union([Type.String(), Type.Null()]),
    /** What happened, from the records. */
    published: Type.Object(outcome, { additionalProperties: false }),
    draft: Type.Object(
      {
        ...outcome,
        /** Why it did not fire; null when it did. */
        reason: Type.Union([Type.String(), Type.Null()]),
        /** How its run stands at the end. */
        status: Type.Union([Type.Enum([...RUN_STATUSES]), Type.Null()]),
        error: Type.Union([Type.String(), Type.Null()]),
        /** Where a recorded answer of the outside was missing and a fallback was taken. */
        guesses: Type.Array(Type.String()),
      },
      { additionalProperties: false },
    ),
    verdict: BackTestVerdictSchema,
  },
  { additionalProperties: false },
);
export type BackTestItem = Static<typeof BackTestItemSchema>;

const sum = Type.Object({ fired: Type.Integer(), sent: Type.Integer() }, { additionalProperties: false });

export const BackTestResultSchema = Type.Object(
  {
    compared: Type.Integer(),
    same: Type.Integer(),
    different: Type.Integer(),
    newlyFires: Type.Integer(),
    noLongerFires: Type.Integer(),
    /** Null when the flow was never published. */
    publishedVersion: Type.Union([Type.Integer(), Type.Null()]),
    published: sum,
    draft: sum,
    /** True when it took too long and only a part of the people was compared. */
    isCut: Type.Boolean(),
    /** Newest first. */
    items: Type.Array(BackTestItemSchema),
  },
  { additionalProperties: false },
);
export type BackTestResult = Static<typeof BackTestResultSchema>;

export const backTestEndpoints = {
  backTest: defineEndpoint({
    id: 'flows.backTest',
    method: 'POST',
    path: '/api/flows/:id/backtest',
    summary: 'Run the draft over recorded events, send nothing, and compare with what happened',
    access: 'editor',
    params: Type.Object({ id: IdSchema }, { additionalProperties: false }),
    body: Type.Object(
      {
        /** The newest so many events that the draft or the published version listens to. */
        events: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_BACK_TEST_EVENTS, default: 200 })),
        /** Only events of this kind, such as `instagram/comment`. */
        kind: Type.Optional(Type.String({ maxLength: 100 })),
      },
      { additionalProperties: false },
    ),
    response: BackTestResultSchema,
  }),
};
