import { Type, type Static } from 'typebox';
import { IdSchema } from '../ids.ts';
import { RUN_STATUSES } from '../run/run-snapshot.ts';

/**
 * What GET /api/live sends (server-sent events, `data:` is one JSON array of these, coalesced).
 * They say what changed, not how: the page fetches the rest. `?runId=` or `?flowId=` narrows the stream.
 */
export const LiveChangeSchema = Type.Union([
  Type.Object(
    { kind: Type.Literal('run'), id: IdSchema, flowId: IdSchema, status: Type.Enum([...RUN_STATUSES]) },
    { additionalProperties: false },
  ),
  Type.Object(
    { kind: Type.Literal('node'), runId: IdSchema, flowId: IdSchema, node: Type.String(), status: Type.String() },
    { additionalProperties: false },
  ),
  Type.Object(
    { kind: Type.Literal('flow'), id: IdSchema, draftRevision: Type.Integer() },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Literal('event'), id: IdSchema }, { additionalProperties: false }),
  Type.Object(
    { kind: Type.Literal('outbox'), id: IdSchema, runId: Type.Union([IdSchema, Type.Null()]) },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Literal('post'), id: IdSchema }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal('connection'), id: IdSchema }, { additionalProperties: false }),
]);
export type LiveChange = Static<typeof LiveChangeSchema>;
