/** From an HTTP request to the edge that answers it: version, token, node, scope, limits, faults. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { findTokenText, getGrant } from './access.ts';
import { ACCOUNT_EDGES } from './account-node.ts';
import { COMMENT_EDGES } from './comments.ts';
import { CONVERSATION_EDGES } from './conversations.ts';
import type { SandboxCore } from './core.ts';
import type { FaultOutcome, FaultTarget } from './customer-api.ts';
import { isAfterEffect, takeFault, toGraphError, waitForLatency } from './faults.ts';
import { requireScopes } from './graph-call.ts';
import type { GraphCall, GraphEdge, GraphEdges, GraphMethod, NodeKind } from './graph-call.ts';
import { GraphError, missingObject } from './graph-error.ts';
import { jsonAnswer } from './http-answer.ts';
import type { HttpAnswer } from './http-answer.ts';
import { INSIGHT_EDGES } from './insights.ts';
import { MEDIA_EDGES } from './media.ts';
import { MESSENGER_PROFILE_EDGES } from './messenger-profile.ts';
import type { AccountRow } from './model.ts';
import { exchangeToken, refreshToken } from './oauth-tokens.ts';
import { parseParams } from './params.ts';
import type { Params } from './params.ts';
import { findPersonaByIgsid } from './people.ts';
import { PUBLISHING_EDGES } from './publishing.ts';
import { SEND_EDGES } from './send-api.ts';
import { SUBSCRIPTION_EDGES } from './subscriptions.ts';
import { PROFILE_EDGES } from './user-profile.ts';

const EDGES: GraphEdges = {
  ...ACCOUNT_EDGES,
  ...COMMENT_EDGES,
  ...CONVERSATION_EDGES,
  ...INSIGHT_EDGES,
  ...MEDIA_EDGES,
  ...MESSENGER_PROFILE_EDGES,
  ...PROFILE_EDGES,
  ...PUBLISHING_EDGES,
  ...SEND_EDGES,
  ...SUBSCRIPTION_EDGES,
};

/** Oldest version that still lives (2026-11): what a dead or missing version is served by. */
const OLDEST_VERSION = 21;
const NEWEST_VERSION = 26;

export interface GraphHttpRequest {
  readonly method: string;
  /** Path below the sandbox, with or without a version. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What is to happen with the connection: an answer, or one of the ways in which none comes. */
export type GraphOutcome =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'disconnect' };

/** Answers any Graph call. Never throws a GraphError: it becomes the answer. */
export async function answerGraphCall(core: SandboxCore, request: GraphHttpRequest): Promise<GraphOutcome> {
  const found = { account: null as AccountRow | null };
  let headers: Record<string, string> = {};
  try {
    await waitForLatency(core);
    const { version, segments } = splitPath(request.path);
    headers = { 'facebook-api-version': version };
    const method = toMethod(request.method);
    const params = parseParams(request.query, request.headers['content-type'], request.body);
    const tokenText = findTokenText(request.headers, params);
    const special = segments.length === 1 && method === 'GET' ? TOKEN_CALLS[segments[0] ?? ''] : undefined;
    if (special) return await withFaults(core, 'oauth', () => special(core, params, tokenText), headers);
    const { token, account } = getGrant(core, tokenText);
    found.account = account;
    const nodeId = segments[0] === 'me' ? account.id : (segments[0] ?? '');
    const kind = findKind(core, account, nodeId);
    const edge = getEdge(kind, method, segments);
    const call: GraphCall = {
      core,
      method,
      nodeId,
      params,
      token,
      account,
      requestHash: hashRequest(request),
      urlWith: (extra) => toUrl(core, request, tokenText, extra),
    };
    const run = (): Promise<unknown> | unknown => {
      requireScopes(call, edge.scopes);
      core.limits.chargeCall(account, edge.bucket);
      return edge.answer(call);
    };
    // typing and seen go through the same address as messages, but are no sends
    const target = edge.target === 'send' && !params.has('message') ? 'sender-action' : edge.target;
    return await withFaults(core, target, run, headers, account);
  } catch (error) {
    return { kind: 'answer', answer: errorAnswer(core, error, found.account, headers) };
  }
}

const TOKEN_CALLS: Readonly<
  Record<string, (core: SandboxCore, params: Params, token: string | undefined) => Promise<unknown>>
> = { access_token: exchangeToken, refresh_access_token: refreshToken };

async function withFaults(
  core: SandboxCore,
  target: FaultTarget,
  run: () => Promise<unknown> | unknown,
  headers: Record<string, string>,
  account: AccountRow | null = null,
): Promise<GraphOutcome> {
  const fault = await takeFault(core, target);
  if (fault && !isAfterEffect(fault)) return spoil(core, fault, account, headers);
  const body = await run();
  if (fault) return spoil(core, fault, account, headers);
  return { kind: 'answer', answer: jsonAnswer(200, body, { ...headers, ...core.limits.headers(account) }) };
}

function spoil(
  core: SandboxCore,
  fault: FaultOutcome,
  account: AccountRow | null,
  headers: Record<string, string>,
): GraphOutcome {
  switch (fault.kind) {
    case 'graph-error':
      return { kind: 'answer', answer: errorAnswer(core, toGraphError(fault), account, headers) };
    case 'http-status':
      return {
        kind: 'answer',
        answer: {
          status: fault.status,
          headers: { 'content-type': 'text/html' },
          body: '<html><body>Sorry, something went wrong.</body></html>',
        },
      };
    case 'no-answer':
      return { kind: 'no-answer' };
    case 'disconnect':
      return { kind: 'disconnect' };
  }
}

function errorAnswer(
  core: SandboxCore,
  error: unknown,
  account: AccountRow | null,
  headers: Record<string, string>,
): HttpAnswer {
  const known =
    error instanceof GraphError ? error : new GraphError(1, 'An unknown error occurred', { isTransient: false });
  if (!(error instanceof GraphError))
    core.log('The sandbox failed on a Graph call', {
      problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  const login =
    known.code === 190
      ? { 'www-authenticate': `OAuth "Facebook Platform" "invalid_token" "${known.message.replaceAll('"', "'")}"` }
      : {};
  return jsonAnswer(known.httpStatus, known.toEnvelope(core.ids.trace()), {
    ...headers,
    ...core.limits.headers(account),
    ...login,
  });
}

/** `/v25.0/me/messages` or `/me/messages`. Dead and missing versions are served by the oldest living one, silently. */
function splitPath(path: string): { version: string; segments: string[] } {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeSegment);
  const asked = /^v(\d{1,3})\.(\d)$/.exec(segments[0] ?? '');
  if (!asked) return { version: `v${OLDEST_VERSION}.0`, segments };
  const major = Number(asked[1]);
  if (major > NEWEST_VERSION)
    throw new GraphError(2500, `Unknown path components: /${segments[0] ?? ''}`, { type: 'OAuthException' });
  return { version: `v${Math.max(OLDEST_VERSION, major)}.0`, segments: segments.slice(1) };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new GraphError(2500, `Unknown path components: /${segment}`); // a stray percent sign
  }
}

function toMethod(method: string): GraphMethod {
  if (method === 'GET' || method === 'POST' || method === 'DELETE') return method;
  throw new GraphError(100, `Unsupported request method ${method}.`, { type: 'GraphMethodException' });
}

/** What an id is, for this account; everything of another account does not exist. */
function findKind(core: SandboxCore, account: AccountRow, id: string): NodeKind | undefined {
  const { state } = core;
  const own = (row: { accountId: string } | undefined): boolean => row?.accountId === account.id;
  if (id === account.id) return 'account';
  if (own(state.media.find(id))) return 'media';
  if (own(state.comments.find(id))) return 'comment';
  if (own(state.containers.find(id))) return 'container';
  if (own(state.messages.find(id))) return 'message';
  if (own(state.threads.group('conversation', id)[0])) return 'conversation';
  return findPersonaByIgsid(state, account, id) ? 'person' : undefined;
}

function getEdge(kind: NodeKind | undefined, method: GraphMethod, segments: readonly string[]): GraphEdge {
  const nodeId = segments[0] ?? '';
  if (segments.length === 0)
    throw new GraphError(100, 'Unsupported request: no path.', { type: 'GraphMethodException' });
  if (!kind) throw missingObject(method, nodeId);
  const name = segments.slice(1).join('/');
  const edge = EDGES[`${kind} ${method} ${name}`];
  if (edge) return edge;
  const isKnown = Object.keys(EDGES).some((key) => key.startsWith(`${kind} `) && key.endsWith(` ${name}`));
  if (isKnown || name === '') throw missingObject(method, nodeId);
  throw new GraphError(2500, `Unknown path components: /${name}`, { type: 'OAuthException' });
}

function hashRequest(request: GraphHttpRequest): string {
  const query = [...request.query].filter(([name]) => name !== 'access_token').sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(request.path.replace(/^\/v\d+\.\d/, ''))
    .update('\0')
    .update(JSON.stringify(query))
    .update('\0')
    .update(request.body)
    .digest('hex');
}

function toUrl(
  core: SandboxCore,
  request: GraphHttpRequest,
  tokenText: string | undefined,
  extra: Readonly<Record<string, string>>,
): string {
  const url = new URL(`${core.baseUrl()}${request.path}`);
  for (const [name, value] of request.query)
    if (name !== 'after' && name !== 'before') url.searchParams.set(name, value);
  for (const [name, value] of Object.entries(extra)) url.searchParams.set(name, value);
  if (tokenText !== undefined) url.searchParams.set('access_token', tokenText); // as the platform does
  return url.href;
}
