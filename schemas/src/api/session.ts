import { Type, type Static } from 'typebox';
import { IdSchema, TimestampSchema } from '../ids.ts';
import { defineEndpoint } from './endpoint.ts';

export const RoleSchema = Type.Enum(['owner', 'editor', 'viewer']);
export type Role = Static<typeof RoleSchema>;

export const SessionSchema = Type.Object(
  {
    /** `hasPassword` is false while the account can only be entered by the printed link. */
    member: Type.Object(
      { id: Type.String(), name: Type.String(), email: Type.String(), hasPassword: Type.Boolean() },
      { additionalProperties: false },
    ),
    workspace: Type.Object({ id: IdSchema, name: Type.String() }, { additionalProperties: false }),
    workspaces: Type.Array(
      Type.Object({ id: IdSchema, name: Type.String(), role: RoleSchema }, { additionalProperties: false }),
    ),
    role: RoleSchema,
    /** True while the local sandbox stands in for the platforms. */
    isSandboxOn: Type.Boolean(),
    hasAi: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type Session = Static<typeof SessionSchema>;

export const ApiKeyViewSchema = Type.Object(
  {
    id: IdSchema,
    name: Type.String(),
    role: RoleSchema,
    /** First characters, to tell keys apart. */
    prefix: Type.String(),
    createdAt: TimestampSchema,
    lastUsedAt: Type.Union([TimestampSchema, Type.Null()]),
    expiresAt: Type.Union([TimestampSchema, Type.Null()]),
  },
  { additionalProperties: false },
);
export type ApiKeyView = Static<typeof ApiKeyViewSchema>;

const idParam = Type.Object({ id: IdSchema }, { additionalProperties: false });

/** Sign-in with e-mail, password, one-time link and sign-out are served by the accounts library below /api/auth. */
export const sessionEndpoints = {
  get: defineEndpoint({
    id: 'session.get',
    method: 'GET',
    path: '/api/session',
    summary: 'Who am I, in which workspace',
    access: 'viewer',
    response: SessionSchema,
  }),
  switch: defineEndpoint({
    id: 'session.switch',
    method: 'POST',
    path: '/api/session/workspace',
    summary: 'Switch to another of my workspaces',
    access: 'viewer',
    body: Type.Object({ workspaceId: IdSchema }, { additionalProperties: false }),
    response: SessionSchema,
  }),
  listApiKeys: defineEndpoint({
    id: 'apiKeys.list',
    method: 'GET',
    path: '/api/api-keys',
    summary: 'API keys of the workspace, never their secrets',
    access: 'owner',
    response: Type.Object({ items: Type.Array(ApiKeyViewSchema) }, { additionalProperties: false }),
  }),
  createApiKey: defineEndpoint({
    id: 'apiKeys.create',
    method: 'POST',
    path: '/api/api-keys',
    summary: 'Make an API key; its secret is shown this once',
    access: 'owner',
    status: 201,
    body: Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: 80 }),
        role: RoleSchema,
        expiresAt: Type.Optional(TimestampSchema),
      },
      { additionalProperties: false },
    ),
    response: Type.Object({ key: ApiKeyViewSchema, secret: Type.String() }, { additionalProperties: false }),
  }),
  revokeApiKey: defineEndpoint({
    id: 'apiKeys.revoke',
    method: 'DELETE',
    path: '/api/api-keys/:id',
    summary: 'Revoke an API key at once',
    access: 'owner',
    params: idParam,
    status: 204,
  }),
};
