import type { RateLimit, ReconcileResult } from '@heddle/engine';
import { FlowError, type PlatformAction, type SendReceipt } from '@heddle/schemas';
import type { Turn } from '../turn/turn.ts';

/** The way out for an action: through a platform's account, or plain HTTP. */
export interface SendRoute {
  readonly platform: string;
  validate(action: PlatformAction): readonly { readonly message: string }[];
  limits(action: PlatformAction): readonly RateLimit[];
  /** Connects in advance, where that is possible. Never throws. */
  prepare(): Promise<void>;
  perform(action: PlatformAction): Promise<SendReceipt>;
  reconcile(action: PlatformAction, sinceMs: number): Promise<ReconcileResult>;
}

/** Plain HTTP calls end after this time. */
const HTTP_TIMEOUT_MS = 20_000;

/** @throws FlowError `CONNECTION_NOT_READY`. */
export async function openRoute(turn: Turn, connectionId: string | null): Promise<SendRoute> {
  if (connectionId === null) return httpRoute(turn);
  const { account, platform } = await turn.deps.connections.openAccount(turn.claim.workspaceId, connectionId);
  return {
    platform: platform.id,
    validate: (action) => platform.validate(action),
    limits: (action) => platform.limits(action),
    prepare: () => account.http.prepare?.() ?? Promise.resolve(),
    perform: (action) => platform.perform(action, account),
    reconcile: (action, sinceMs) => platform.reconcile(action, sinceMs, account),
  };
}

function httpRoute(turn: Turn): SendRoute {
  return {
    platform: 'http',
    validate: (action) =>
      action.kind === 'http' ? [] : [{ message: `"${action.kind}" needs an account to act for.` }],
    limits: () => [],
    prepare: () => Promise.resolve(),
    async perform(action) {
      if (action.kind !== 'http') throw new FlowError('SEND_INVALID', `"${action.kind}" needs an account to act for.`);
      const { method, url, headers, body } = action;
      const data = await turn.deps.http.request({
        method,
        url,
        headers,
        timeoutMs: HTTP_TIMEOUT_MS,
        ...(body === undefined ? {} : { body }),
      });
      return { platformId: null, data: { status: data.status, headers: data.headers, body: data.body } };
    },
    reconcile: () =>
      Promise.resolve({ outcome: 'unknown', reason: 'The called service cannot be asked whether the call arrived.' }),
  };
}
