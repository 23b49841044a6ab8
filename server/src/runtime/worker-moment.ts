import type { Claim } from './mailbox/mailbox.ts';
import type { OutboxRecord } from './turn/turn-state.ts';

/**
 * Where a worker stands in its work, for whoever measures what happens when it dies or freezes just there (`bench/chaos`). Told in the
 * middle of the work, so a listener that ends the process ends it at exactly this point.
 */
export type WorkerMoment =
  | { readonly kind: 'beforeClaim' }
  | { readonly kind: 'afterClaim'; readonly claims: readonly Claim[] }
  /** A checkpoint is about to be written, was committed, or was refused because the subject or run is no longer ours. */
  | {
      readonly kind: 'beforeRecord' | 'afterRecord' | 'recordRefused';
      readonly claim: Claim;
      /** Outbox rows as the checkpoint has them. */
      readonly outbox: readonly OutboxRecord[];
      /** It gives the subject back. */
      readonly isRelease: boolean;
    };
