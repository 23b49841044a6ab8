import { Type, type Static } from 'typebox';
import { IdSchema, TimestampSchema } from '../ids.ts';
import { JsonObjectSchema } from '../json.ts';
import { defineEndpoint, PageSchema, pageQuery } from './endpoint.ts';

export const CONNECTION_STATUSES = ['pending', 'connected', 'expiring', 'expired', 'revoked', 'error'] as const;

export const ConnectionViewSchema = Type.Object(
  {
    id: IdSchema,
    platform: Type.String(),
    externalId: Type.String(),
    username: Type.String(),
    name: Type.String(),
    pictureUrl: Type.Union([Type.String(), Type.Null()]),
    status: Type.Enum([...CONNECTION_STATUSES]),
    /** What to know or do, in words; null when all is well. */
    statusReason: Type.Union([Type.String(), Type.Null()]),
    isSandbox: Type.Boolean(),
    isDefault: Type.Boolean(),
    grantedScopes: Type.Array(Type.String()),
    missingScopes: Type.Array(
      Type.Object(
        { name: Type.String(), title: Type.String(), withoutIt: Type.String() },
        { additionalProperties: false },
      ),
    ),
    tokenExpiresAt: Type.Union([TimestampSchema, Type.Null()]),
    lastVerifiedAt: Type.Union([TimestampSchema, Type.Null()]),
    createdAt: TimestampSchema,
  },
  { additionalProperties: false },
);
export type ConnectionView = Static<typeof ConnectionViewSchema>;

export const ContactViewSchema = Type.Object(
  {
    id: IdSchema,
    platform: Type.String(),
    platformId: Type.String(),
    username: Type.Union([Type.String(), Type.Null()]),
    name: Type.Union([Type.String(), Type.Null()]),
    tags: Type.Array(Type.String()),
    fields: JsonObjectSchema,
    isOptedOut: Type.Boolean(),
    takenOverUntil: Type.Union([TimestampSchema, Type.Null()], {
      description: 'A person of the team has the conversation until then; flows stay out of it',
    }),
    lastInboundAt: Type.Union([TimestampSchema, Type.Null()]),
    createdAt: TimestampSchema,
  },
  { additionalProperties: false },
);
export type ContactView = Static<typeof ContactViewSchema>;

/** A post of a connected account, for the post picker. */
export const MediaViewSchema = Type.Object(
  {
    id: Type.String(),
    kind: Type.String(),
    caption: Type.String(),
    pictureUrl: Type.Union([Type.String(), Type.Null()]),
    permalink: Type.Union([Type.String(), Type.Null()]),
    postedAt: TimestampSchema,
  },
  { additionalProperties: false },
);
export type MediaView = Static<typeof MediaViewSchema>;

const idParam = Type.Object({ id: IdSchema }, { additionalProperties: false });

export const connectionEndpoints = {
  list: defineEndpoint({
    id: 'connections.list',
    method: 'GET',
    path: '/api/connections',
    summary: 'Connected accounts',
    access: 'viewer',
    response: Type.Object({ items: Type.Array(ConnectionViewSchema) }, { additionalProperties: false }),
  }),
  get: defineEndpoint({
    id: 'connections.get',
    method: 'GET',
    path: '/api/connections/:id',
    summary: 'One connected account',
    access: 'viewer',
    params: idParam,
    response: ConnectionViewSchema,
  }),
  verify: defineEndpoint({
    id: 'connections.verify',
    method: 'POST',
    path: '/api/connections/:id/verify',
    summary: 'Check the token with the platform now',
    access: 'editor',
    params: idParam,
    response: ConnectionViewSchema,
  }),
  refresh: defineEndpoint({
    id: 'connections.refresh',
    method: 'POST',
    path: '/api/connections/:id/refresh',
    summary: 'Extend the token now',
    access: 'editor',
    params: idParam,
    response: ConnectionViewSchema,
  }),
  makeDefault: defineEndpoint({
    id: 'connections.makeDefault',
    method: 'POST',
    path: '/api/connections/:id/default',
    summary: 'Make it the default account of its platform',
    access: 'editor',
    params: idParam,
    response: ConnectionViewSchema,
  }),
  disconnect: defineEndpoint({
    id: 'connections.disconnect',
    method: 'DELETE',
    path: '/api/connections/:id',
    summary: 'Forget the token and stop',
    access: 'editor',
    params: idParam,
    status: 204,
  }),
  media: defineEndpoint({
    id: 'connections.media',
    method: 'GET',
    path: '/api/connections/:id/media',
    summary: 'Posts of the account, newest first',
    access: 'viewer',
    params: idParam,
    query: Type.Object({ ...pageQuery }, { additionalProperties: false }),
    response: PageSchema(MediaViewSchema),
  }),
  instagramAuthUrl: defineEndpoint({
    id: 'instagram.authUrl',
    method: 'GET',
    path: '/api/instagram/auth/url',
    summary: 'Where to send the browser to connect Instagram',
    access: 'editor',
    response: Type.Object({ url: Type.String() }, { additionalProperties: false }),
  }),
  instagramConnection: defineEndpoint({
    id: 'instagram.connection',
    method: 'GET',
    path: '/api/instagram/connection',
    summary: 'The default Instagram account, or null',
    access: 'viewer',
    response: Type.Object(
      { connection: Type.Union([ConnectionViewSchema, Type.Null()]) },
      { additionalProperties: false },
    ),
  }),
  contacts: defineEndpoint({
    id: 'contacts.list',
    method: 'GET',
    path: '/api/contacts',
    summary: 'Contacts, last active first',
    access: 'viewer',
    query: Type.Object(
      {
        ...pageQuery,
        search: Type.Optional(Type.String({ maxLength: 100 })),
        tag: Type.Optional(Type.String({ maxLength: 80 })),
      },
      { additionalProperties: false },
    ),
    response: PageSchema(ContactViewSchema),
  }),
  contact: defineEndpoint({
    id: 'contacts.get',
    method: 'GET',
    path: '/api/contacts/:id',
    summary: 'One contact',
    access: 'viewer',
    params: idParam,
    response: ContactViewSchema,
  }),
  takeOver: defineEndpoint({
    id: 'contacts.takeOver',
    method: 'PUT',
    path: '/api/contacts/:id/takeover',
    summary: 'Keep flows out of the conversation with a contact for so many minutes; 0 lets them answer again',
    access: 'editor',
    params: idParam,
    body: Type.Object({ minutes: Type.Integer({ minimum: 0, maximum: 10_080 }) }, { additionalProperties: false }),
    response: ContactViewSchema,
  }),
};
