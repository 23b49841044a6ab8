import type { Platform } from '@heddle/engine';
import { FlowError, isJsonObject, type JsonValue, type PlatformAction } from '@heddle/schemas';
import type { OpenAccount } from '../../../server/src/connections/connection-service.ts';
import type { RuntimeDeps } from '../../../server/src/runtime/deps.ts';
import type { RateLimit } from '@heddle/engine';
import type { ModelPlatform } from '../model/platform.ts';
import type { Gate, Instance } from './gate.ts';

/** An action by its content; texts of the simulated flows name run, node and visit, so every send has one of its own. */
export function nameOf(action: JsonValue): string {
  if (isJsonObject(action) && action['kind'] === 'http') return `http ${String(action['body'])}`;
  return JSON.stringify(sorted(action));
}

/** jsonb does not keep the order of keys. */
function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/** The outside world as one process reaches it: every call goes through the gate to the model platform, which outlives all processes. */
export function openPlatform(
  model: ModelPlatform,
  gate: Gate,
  instance: Instance,
  options: { connectionId: string; limits: readonly RateLimit[]; nowMs: () => number; chance: () => boolean },
): Pick<RuntimeDeps, 'connections' | 'http'> {
  const ask = <T>(label: string, effect: () => T): Promise<T> =>
    gate.ask(instance, 'platform', label, () => new Promise<T>((resolve) => resolve(effect())));
  const refused = (): Promise<never> => Promise.reject(new FlowError('PLATFORM_REFUSED', 'Not in the simulation.'));
  const platform: Platform = {
    id: 'instagram',
    title: 'Simulated',
    webhook: { challenge: () => null, verify: () => false, parse: () => [] },
    oauth: { scopes: [], authorizeUrl: () => '', exchange: refused, refresh: refused, subscribe: refused },
    perform: (action) => ask(`send ${describe(action)}`, () => model.perform(nameOf(action), action, options.nowMs())),
    validate: () => [],
    reconcile: (action) =>
      ask(`ask about ${describe(action)}`, () => {
        if (options.chance()) throw new FlowError('PLATFORM_UNAVAILABLE', 'Busy.');
        return model.reconcile(nameOf(action), action);
      }),
    read: (what) =>
      ask(`read ${what}`, () => {
        if (options.chance()) throw new FlowError('PLATFORM_UNAVAILABLE', 'Busy.');
        return { name: 'Ada Lovelace' };
      }),
    limits: () => options.limits,
    toError: () => new FlowError('PLATFORM_REFUSED', 'No.'),
  };
  const { connectionId } = options;
  const http = { request: refused };
  const account: OpenAccount = {
    account: { connectionId, externalId: 'shop', http },
    platform,
    status: 'connected',
  };
  return {
    connections: { openAccount: () => Promise.resolve(account), markTokenInvalid: () => Promise.resolve() },
    http: {
      request: ({ url, body = '' }) =>
        ask(`call ${url}`, () => {
          const action = { kind: 'http', method: 'POST', url, headers: {}, body } as const;
          model.perform(nameOf(action), action, options.nowMs());
          return { status: 200, headers: {}, body: '{}' };
        }),
    },
  };
}

function describe(action: PlatformAction): string {
  return 'message' in action && action.message.kind === 'text'
    ? action.message.text
    : 'text' in action
      ? action.text
      : action.kind;
}
