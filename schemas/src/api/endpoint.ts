import { Type, type Static, type TSchema } from 'typebox';

/** Who may call: nobody signed in, or a member of the workspace with at least this role. */
export type Access = 'public' | 'viewer' | 'editor' | 'owner';

/** One operation of the HTTP API. Request and response are checked against it; types, OpenAPI and client come from it. */
export interface Endpoint<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
  Response extends TSchema = TSchema,
> {
  /** Stable operation id: feature, dot, verb. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with `:name` parameters. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Success status: 200 unless said. */
  readonly status: 200 | 201 | 202 | 204;
  readonly response: Response;
  /** Largest body in bytes. */
  readonly maxBodyBytes: number;
}

/** Body limit unless an endpoint says otherwise. */
export const DEFAULT_MAX_BODY_BYTES = 1_048_576;

const None = Type.Object({}, { additionalProperties: false });
/** Schema of an absent body. */
export const NoBody = Type.Unsafe<undefined>({ not: {} });

/** Declares an operation; left-out parts mean "nothing allowed there". */
export function defineEndpoint<
  Params extends TSchema = typeof None,
  Query extends TSchema = typeof None,
  Body extends TSchema = typeof NoBody,
  Response extends TSchema = typeof None,
>(input: {
  id: string;
  method: Endpoint['method'];
  path: string;
  summary: string;
  access: Access;
  params?: Params;
  query?: Query;
  body?: Body;
  status?: Endpoint['status'];
  response?: Response;
  maxBodyBytes?: number;
}): Endpoint<Params, Query, Body, Response> {
  return {
    status: 200,
    maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
    ...input,
    // When a part is left out its type parameter is the default, which is the type of this value.
    params: (input.params ?? None) as Params,
    query: (input.query ?? None) as Query,
    body: (input.body ?? NoBody) as Body,
    response: (input.response ?? None) as Response,
  };
}

/** What a caller gives to an operation. */
export interface EndpointInput<E extends Endpoint> {
  readonly params: Static<E['params']>;
  readonly query: Static<E['query']>;
  readonly body: Static<E['body']>;
}

/** What a caller gets from an operation. */
export type EndpointOutput<E extends Endpoint> = Static<E['response']>;

/** Query parts of every list. Pages follow `nextCursor`; a cursor is opaque. */
export const pageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 300 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
};

/** A page of a list. */
export const PageSchema = <Item extends TSchema>(item: Item) =>
  Type.Object(
    { items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) },
    { additionalProperties: false },
  );
