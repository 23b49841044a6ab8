import type { Endpoint, EndpointInput, EndpointOutput } from '@heddle/schemas/api';
import type { Caller } from './caller.ts';
import type { Deps } from './deps.ts';

/** What a handler gets: input that fits the contract, who calls, and everything it may use. */
export interface EndpointRequest<E extends Endpoint> extends EndpointInput<E> {
  readonly caller: Caller;
  readonly deps: Deps;
  readonly requestId: string;
  /** Of the request; for what belongs to the session. */
  readonly headers: Headers;
}

/** An operation of the contract and the code behind it. */
export interface Route {
  readonly endpoint: Endpoint;
  readonly handle: (request: EndpointRequest<Endpoint>) => Promise<unknown>;
}

/**
 * Joins an operation and its code. The caller is signed in and has the role that the operation asks for; the answer is checked against
 * the contract. With status 204 return `{}`.
 */
export function endpoint<E extends Endpoint>(
  definition: E,
  handle: (request: EndpointRequest<E>) => Promise<EndpointOutput<E>>,
): Route {
  // Sound because the app validates the input with the schemas of this very definition before it calls.
  return { endpoint: definition, handle };
}
