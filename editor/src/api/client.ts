import type { Endpoint, EndpointInput, EndpointOutput } from '@heddle/schemas/api';
import { ApiProblem, offlineProblem, parseProblem } from './api-problem.ts';

type Part<Name extends string, Value> = [Value] extends [undefined]
  ? unknown
  : Record<never, never> extends Value
    ? { readonly [K in Name]?: Value }
    : { readonly [K in Name]: Value };

/** What a call takes: only the parts that the endpoint declares, optional when all of their fields are. */
export type CallInput<E extends Endpoint> = Part<'params', EndpointInput<E>['params']> &
  Part<'query', EndpointInput<E>['query']> &
  Part<'body', EndpointInput<E>['body']>;

/** What a call gives back; nothing for status 204. */
export type CallOutput<E extends Endpoint> = EndpointOutput<E>;

interface LooseInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

type Listener = () => void;
const signedOutListeners = new Set<Listener>();

/** Called whenever the server says that nobody is signed in. @returns Stops listening. */
export function onSignedOut(listener: Listener): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/**
 * Calls an operation of the API. Input and output types come from the endpoint's contract.
 *
 * @throws ApiProblem always; code `OFFLINE` when the server cannot be reached.
 */
export async function callApi<E extends Endpoint>(
  endpoint: E,
  input: CallInput<E>,
  options: { readonly signal?: AbortSignal; readonly keepalive?: boolean } = {},
): Promise<CallOutput<E>> {
  // The conditional parts of CallInput cannot be read generically; every one of them fits this shape.
  const { params, query, body } = input as LooseInput;
  const answer = await requestJson(buildUrl(endpoint.path, params, query), {
    method: endpoint.method,
    ...(body === undefined ? {} : { body }),
    ...options,
  });
  // The server checks its answers against the same contract before it sends them.
  return answer as CallOutput<E>;
}

/** Fills `:name` parameters and appends the query; absent values are left out. @throws TypeError on a missing parameter. */
export function buildUrl(
  path: string,
  params: Readonly<Record<string, unknown>> = {},
  query: Readonly<Record<string, unknown>> = {},
): string {
  const filled = path.replaceAll(/:([a-zA-Z]+)/g, (_match, name: string) => {
    const value = params[name];
    if (value === undefined || value === null || value === '')
      throw new TypeError(`${path} needs the parameter "${name}"`);
    return encodeURIComponent(String(value));
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  return search.size === 0 ? filled : `${filled}?${search}`;
}

/**
 * One JSON request to our own server, also for the parts that the contract does not list (accounts, sandbox).
 *
 * @returns The parsed body, or undefined when there is none. @throws ApiProblem.
 */
export async function requestJson(
  url: string,
  init: {
    readonly method?: string;
    readonly body?: unknown;
    readonly signal?: AbortSignal;
    /** The request goes out even when the page is being closed. */
    readonly keepalive?: boolean;
    readonly isSignInCall?: boolean;
  } = {},
): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: init.method ?? 'GET',
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      ...(init.signal === undefined ? {} : { signal: init.signal }),
      ...(init.keepalive === true ? { keepalive: true } : {}),
    });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw offlineProblem();
  }
  const body = await parseBody(response);
  if (response.ok) return body;
  const problem = parseProblem(response.status, body);
  if (response.status === 401 && init.isSignInCall !== true) for (const listener of signedOutListeners) listener();
  throw problem;
}

async function parseBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    // A proxy's HTML page: the status says enough. A success that is not JSON is not from our API.
    if (!response.ok) return undefined;
    throw new ApiProblem({
      status: response.status,
      code: 'ANSWER_NOT_JSON',
      title: 'Unexpected answer',
      detail: 'Heddle answered something that is not JSON.',
      remedy: 'Reload the page.',
    });
  }
}
