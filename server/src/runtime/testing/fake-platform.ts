import { isDeepStrictEqual } from 'node:util';
import type { OpenAccount } from '../../connections/connection-service.ts';
import type { Platform, PlatformAccount } from '@heddle/engine';
import { FlowError, type PlatformAction, type SendReceipt } from '@heddle/schemas';

/** What happens to one call of the fake platform. */
export type PlatformFault =
  /** The process dies before the request is out. */
  | 'dieBefore'
  /** The request has its effect, then the process dies. */
  | 'dieAfter'
  /** The effect happened, but the answer did not come. */
  | 'lostAnswer'
  /** The platform says no for now. */
  | 'refuseOnce';

export interface Delivery {
  readonly id: string;
  readonly action: PlatformAction;
}

/** The outside world in memory: what really arrived. Outlives every runtime of a test. */
export interface FakePlatform {
  readonly delivered: Delivery[];
  readonly reconciled: PlatformAction[];
  /** Takes the next fault, if any, before each call. */
  nextFault: () => PlatformFault | undefined;
  /** Called by the faults that kill the process. Throws. */
  die: () => never;
  /** What `reconcile` says; default: looks at what arrived. */
  canReconcile: boolean;
  limits: { bucket: string; amount: number; perMs: number }[];
  readonly platform: Platform;
  open(connectionId: string): OpenAccount;
}

export function createFakePlatform(): FakePlatform {
  const delivered: Delivery[] = [];
  const reconciled: PlatformAction[] = [];
  const refused = new Set<string>();
  const fake: FakePlatform = {
    delivered,
    reconciled,
    nextFault: () => undefined,
    die: () => {
      throw new Error('nobody dies in this test');
    },
    canReconcile: true,
    limits: [],
    platform: {
      id: 'instagram',
      title: 'Fake',
      webhook: { challenge: () => null, verify: () => false, parse: () => [] },
      oauth: {
        scopes: [],
        authorizeUrl: () => '',
        exchange: () => Promise.reject(new FlowError('OAUTH_REFUSED', 'fake')),
        refresh: () => Promise.reject(new FlowError('OAUTH_REFUSED', 'fake')),
        subscribe: () => Promise.resolve(),
      },
      perform: (action) => perform(action),
      validate: (action) =>
        action.kind === 'message' && action.message.kind === 'text' && action.message.text === ''
          ? [{ path: '/text', message: 'The text is empty.' }]
          : [],
      reconcile: async (action) => {
        reconciled.push(action);
        if (!fake.canReconcile) return { outcome: 'unknown', reason: 'The fake platform keeps no list.' };
        const found = delivered.find((delivery) => isDeepStrictEqual(delivery.action, action));
        return found === undefined ? { outcome: 'notSent' } : { outcome: 'sent', receipt: { platformId: found.id } };
      },
      read: (what) => Promise.resolve(what === 'profile' ? { name: 'Ada Lovelace', isFollower: true } : {}),
      limits: () => fake.limits,
      toError: () => new FlowError('PLATFORM_REFUSED', 'fake'),
    },
    open(connectionId) {
      const http: PlatformAccount['http'] = {
        request: () => Promise.reject(new FlowError('PLATFORM_UNAVAILABLE', 'fake', { details: { sent: false } })),
      };
      return { account: { connectionId, externalId: 'shop', http }, platform: fake.platform, status: 'connected' };
    },
  };

  async function perform(action: PlatformAction): Promise<SendReceipt> {
    const fault = fake.nextFault();
    if (fault === 'dieBefore') fake.die();
    if (fault === 'refuseOnce' && !refused.has(JSON.stringify(action))) {
      refused.add(JSON.stringify(action));
      throw new FlowError('PLATFORM_UNAVAILABLE', 'Try again later.', { details: { sent: false } });
    }
    const id = `m${delivered.length + 1}`;
    delivered.push({ id, action });
    if (fault === 'dieAfter') fake.die();
    if (fault === 'lostAnswer')
      throw new FlowError('PLATFORM_UNAVAILABLE', 'No answer came.', { details: { sent: true } });
    return { platformId: id };
  }
  return fake;
}
