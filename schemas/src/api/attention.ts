import { Type, type Static } from 'typebox';
import { IdSchema, TimestampSchema } from '../ids.ts';
import { defineEndpoint, PageSchema, pageQuery } from './endpoint.ts';
import { contactRef } from './runs.ts';

/**
 * What a notice is about. `note`: a flow tells the members something; `connection`: an account needs somebody, or works again; `catalog`:
 * drafts wait; `send`: nobody knows whether a message arrived; `event`: what came in could not be handled. The last two are notices only as
 * long as they are so.
 */
export const NOTICE_TOPICS = ['note', 'connection', 'catalog', 'send', 'event'] as const;

export const NoticeViewSchema = Type.Object(
  {
    /** Of the note, the message in the outbox, or the event. */
    id: IdSchema,
    topic: Type.Enum([...NOTICE_TOPICS]),
    /** The note; for a message or event the reason. */
    text: Type.String(),
    /** The message or event in one line; empty for others. */
    summary: Type.String(),
    flowId: Type.Union([IdSchema, Type.Null()]),
    flowName: Type.String(),
    runId: Type.Union([IdSchema, Type.Null()]),
    nodeTitle: Type.Union([Type.String(), Type.Null()]),
    connectionId: Type.Union([IdSchema, Type.Null()]),
    contact: contactRef,
    at: TimestampSchema,
    /** Whether you have seen it. */
    isRead: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type NoticeView = Static<typeof NoticeViewSchema>;

/** Numbers for the navigation; counted to 100 and no further. */
export const AttentionSchema = Type.Object(
  {
    approvals: Type.Integer({ minimum: 0, maximum: 100, description: 'Questions that wait for a decision' }),
    notices: Type.Integer({ minimum: 0, maximum: 100, description: 'Notices that you have not seen' }),
  },
  { additionalProperties: false },
);
export type Attention = Static<typeof AttentionSchema>;

export const attentionEndpoints = {
  get: defineEndpoint({
    id: 'attention.get',
    method: 'GET',
    path: '/api/attention',
    summary: 'How much waits for somebody',
    access: 'viewer',
    response: AttentionSchema,
  }),
  notices: defineEndpoint({
    id: 'notices.list',
    method: 'GET',
    path: '/api/notices',
    summary: 'What members should know, of the last 90 days, newest first',
    access: 'viewer',
    query: Type.Object({ ...pageQuery }, { additionalProperties: false }),
    response: PageSchema(NoticeViewSchema),
  }),
  read: defineEndpoint({
    id: 'notices.read',
    method: 'POST',
    path: '/api/notices/read',
    summary: 'Mark notices as seen by you; without ids, all of them',
    access: 'viewer',
    body: Type.Object({ ids: Type.Optional(Type.Array(IdSchema, { maxItems: 200 })) }, { additionalProperties: false }),
    response: AttentionSchema,
  }),
};
