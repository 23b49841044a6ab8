import type { SandboxCore } from './core.ts';
import type { FaultTarget } from './customer-api.ts';
import { missingObject, messagingPermissionError, permissionError } from './graph-error.ts';
import { parseFields } from './graph-fields.ts';
import type { FieldRequest } from './graph-fields.ts';
import type { AccountRow, TokenRow } from './model.ts';
import type { PageRequest } from './paging.ts';
import type { Params } from './params.ts';
import type { RateBucket } from './rate-limits.ts';
import type { Scope } from './scopes.ts';

export type GraphMethod = 'GET' | 'POST' | 'DELETE';

/** What an id in a path turned out to be. */
export type NodeKind = 'account' | 'media' | 'comment' | 'container' | 'conversation' | 'message' | 'person';

/** One authorised Graph call, on its way to the edge that answers it. */
export interface GraphCall {
  readonly core: SandboxCore;
  readonly method: GraphMethod;
  /** Id of the node; `me` has been replaced by the account's id. */
  readonly nodeId: string;
  readonly params: Params;
  readonly token: TokenRow;
  readonly account: AccountRow;
  /** SHA-256 of the request, for the ledger. */
  readonly requestHash: string;
  /** Full URL of this call with these parameters added or replaced. */
  readonly urlWith: (params: Readonly<Record<string, string>>) => string;
}

/** One thing the API can do: `{kind} {METHOD} {edge}` in the tables of the subject files, edge empty for the node itself. */
export interface GraphEdge {
  /** All of these must have been granted. */
  readonly scopes: readonly Scope[];
  readonly target: FaultTarget;
  readonly bucket: RateBucket;
  readonly answer: (call: GraphCall) => Promise<unknown> | unknown;
}

export type GraphEdges = Readonly<Record<string, GraphEdge>>;

/** @throws GraphError 10 (or 200 for messages and comments) naming the first scope that is missing. */
export function requireScopes(call: GraphCall, scopes: readonly Scope[]): void {
  for (const scope of scopes) {
    if (call.token.scopes.includes(scope)) continue;
    const isModeration =
      scope === 'instagram_business_manage_messages' || scope === 'instagram_business_manage_comments';
    throw isModeration ? messagingPermissionError(scope) : permissionError(scope);
  }
}

/** The `fields` parameter; `null` when absent. */
export function askedFields(call: GraphCall): FieldRequest[] | null {
  const text = call.params.text('fields');
  return text === undefined ? null : parseFields(text);
}

/** Paging parameters of a list edge. */
export function askedPage(
  call: GraphCall,
  { defaultLimit, maxLimit }: { defaultLimit: number; maxLimit: number },
): PageRequest {
  const asked = call.params.count('limit') ?? defaultLimit;
  return {
    limit: Math.max(1, Math.min(maxLimit, asked)),
    after: call.params.text('after'),
    before: call.params.text('before'),
    urlWith: call.urlWith,
  };
}

/** The row, which the router has already seen. @throws GraphError 100/33 if it is gone. */
export function getRow<Row>(call: GraphCall, row: Row | undefined): Row {
  if (row === undefined) throw missingObject(call.method, call.nodeId);
  return row;
}
