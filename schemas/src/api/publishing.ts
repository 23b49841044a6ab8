import { Type, type Static } from 'typebox';
import { IdSchema, TimestampSchema } from '../ids.ts';
import { defineEndpoint, PageSchema, pageQuery } from './endpoint.ts';

/**
 * States of a post. `draft` and `scheduled` may be changed; `publishing` is on its way; `unconfirmed`: the call went out and nobody can
 * tell whether the post is visible, so Heddle does not publish it again.
 */
export const POST_STATUSES = ['draft', 'scheduled', 'publishing', 'published', 'failed', 'unconfirmed'] as const;

/** A picture of a post, at a public address. */
export const PostMediaSchema = Type.Object(
  { url: Type.String({ minLength: 1, maxLength: 2000 }), altText: Type.Optional(Type.String({ maxLength: 5000 })) },
  { additionalProperties: false },
);
export type PostMedia = Static<typeof PostMediaSchema>;

/** When to publish: what a wall clock shows in a zone. The moment follows the rules of the zone, daylight saving time included. */
export const PostScheduleSchema = Type.Object(
  {
    localTime: Type.String({
      pattern: String.raw`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$`,
      description: 'Such as 2027-03-28T09:30',
    }),
    timeZone: Type.String({ minLength: 1, maxLength: 64, description: 'IANA name, such as Africa/Nairobi' }),
  },
  { additionalProperties: false },
);
export type PostSchedule = Static<typeof PostScheduleSchema>;

const content = {
  connectionId: IdSchema,
  caption: Type.String({ maxLength: 20_000 }),
  media: Type.Array(PostMediaSchema, { maxItems: 50 }),
};

/** One thing that keeps a post from being published, and what to do about it. */
export const PostProblemSchema = Type.Object(
  {
    code: Type.String(),
    path: Type.String({ description: 'JSON pointer into the post' }),
    message: Type.String(),
    remedy: Type.String(),
  },
  { additionalProperties: false },
);
export type PostProblem = Static<typeof PostProblemSchema>;

/** How many posts the platform still takes, in its rolling window. */
export const PublishingQuotaSchema = Type.Object(
  { used: Type.Integer(), total: Type.Integer(), left: Type.Integer(), windowSeconds: Type.Integer() },
  { additionalProperties: false },
);
export type PublishingQuota = Static<typeof PublishingQuotaSchema>;

/** A post checked before anything is stored. */
export const PostCheckSchema = Type.Object(
  {
    isValid: Type.Boolean(),
    problems: Type.Array(PostProblemSchema),
    quota: Type.Union([PublishingQuotaSchema, Type.Null()]),
    counts: Type.Object(
      { characters: Type.Integer(), hashtags: Type.Integer(), mentions: Type.Integer() },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type PostCheck = Static<typeof PostCheckSchema>;

/** One step of a post on its way, as the run shows it. */
export const PostStepSchema = Type.Object(
  {
    key: Type.Enum(['check', 'prepare', 'wait', 'publish']),
    title: Type.String(),
    state: Type.Enum(['waiting', 'active', 'done', 'failed']),
    detail: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
);
export type PostStep = Static<typeof PostStepSchema>;

export const PostViewSchema = Type.Object(
  {
    id: IdSchema,
    connectionId: IdSchema,
    username: Type.String(),
    kind: Type.Enum(['image', 'carousel']),
    caption: Type.String(),
    media: Type.Array(Type.Object({ url: Type.String(), altText: Type.String() }, { additionalProperties: false })),
    status: Type.Enum([...POST_STATUSES]),
    schedule: Type.Union([PostScheduleSchema, Type.Null()]),
    /** The moment that the schedule names. */
    scheduledAt: Type.Union([TimestampSchema, Type.Null()]),
    revision: Type.Integer(),
    attempt: Type.Integer(),
    runId: Type.Union([IdSchema, Type.Null()]),
    flowId: Type.Union([IdSchema, Type.Null()]),
    permalink: Type.Union([Type.String(), Type.Null()]),
    /** Why it failed, what is not certain, or what it waits for. */
    reason: Type.Union([Type.String(), Type.Null()]),
    steps: Type.Array(PostStepSchema),
    publishedAt: Type.Union([TimestampSchema, Type.Null()]),
    createdAt: TimestampSchema,
    updatedAt: TimestampSchema,
  },
  { additionalProperties: false },
);
export type PostView = Static<typeof PostViewSchema>;

/** What an account may still publish today; `nextFreeAt` when nothing is left. */
export const AccountLimitSchema = Type.Object(
  {
    connectionId: IdSchema,
    username: Type.String(),
    quota: Type.Union([PublishingQuotaSchema, Type.Null()]),
    nextFreeAt: Type.Union([TimestampSchema, Type.Null()]),
    /** Why the platform could not be asked; null when it answered. */
    problem: Type.Union([Type.String(), Type.Null()]),
    /** In words: "12 of 100 left". */
    summary: Type.String(),
  },
  { additionalProperties: false },
);
export type AccountLimit = Static<typeof AccountLimitSchema>;

const idParam = Type.Object({ id: IdSchema }, { additionalProperties: false });

export const publishingEndpoints = {
  validate: defineEndpoint({
    id: 'social.validate',
    method: 'POST',
    path: '/api/social/validate',
    summary: 'Check a post before anything is stored: account, limit left, pictures, caption',
    access: 'editor',
    body: Type.Object(content, { additionalProperties: false }),
    response: PostCheckSchema,
  }),
  list: defineEndpoint({
    id: 'social.list',
    method: 'GET',
    path: '/api/social/posts',
    summary: 'Posts, newest first',
    access: 'viewer',
    query: Type.Object(
      { ...pageQuery, status: Type.Optional(Type.Enum([...POST_STATUSES])) },
      { additionalProperties: false },
    ),
    response: PageSchema(PostViewSchema),
  }),
  create: defineEndpoint({
    id: 'social.create',
    method: 'POST',
    path: '/api/social/posts',
    summary: 'Make a post: a draft, scheduled, or published now',
    access: 'editor',
    status: 201,
    body: Type.Object(
      { ...content, schedule: Type.Optional(PostScheduleSchema), publishNow: Type.Optional(Type.Boolean()) },
      { additionalProperties: false },
    ),
    response: PostViewSchema,
  }),
  get: defineEndpoint({
    id: 'social.get',
    method: 'GET',
    path: '/api/social/posts/:id',
    summary: 'One post with its progress',
    access: 'viewer',
    params: idParam,
    response: PostViewSchema,
  }),
  update: defineEndpoint({
    id: 'social.update',
    method: 'PATCH',
    path: '/api/social/posts/:id',
    summary: 'Change a post that is not on its way; schedule null makes it a draft',
    access: 'editor',
    params: idParam,
    body: Type.Object(
      {
        connectionId: Type.Optional(IdSchema),
        caption: Type.Optional(content.caption),
        media: Type.Optional(content.media),
        schedule: Type.Optional(Type.Union([PostScheduleSchema, Type.Null()])),
      },
      { additionalProperties: false },
    ),
    response: PostViewSchema,
  }),
  remove: defineEndpoint({
    id: 'social.remove',
    method: 'DELETE',
    path: '/api/social/posts/:id',
    summary: 'Delete a post here; what is published stays published',
    access: 'editor',
    params: idParam,
    status: 204,
  }),
  publish: defineEndpoint({
    id: 'social.publish',
    method: 'POST',
    path: '/api/social/posts/:id/publish',
    summary: 'Publish a draft or scheduled post now',
    access: 'editor',
    params: idParam,
    status: 202,
    response: PostViewSchema,
  }),
  retry: defineEndpoint({
    id: 'social.retry',
    method: 'POST',
    path: '/api/social/posts/:id/retry',
    summary: 'Try a failed post again',
    access: 'editor',
    params: idParam,
    status: 202,
    response: PostViewSchema,
  }),
  limits: defineEndpoint({
    id: 'social.limits',
    method: 'GET',
    path: '/api/social/limits',
    summary: 'What each account may still publish today',
    access: 'viewer',
    response: Type.Object({ items: Type.Array(AccountLimitSchema) }, { additionalProperties: false }),
  }),
};
