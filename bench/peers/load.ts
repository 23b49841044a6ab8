/** What the load generator is to send, and how. */
export interface Load {
  readonly url: string;
  /** `instagram`: Meta's webhook, signed, from `accountId`. `plain`: the event as JSON, unsigned. */
  readonly form: 'instagram' | 'plain';
  readonly accountId: string;
  /** Numbers of the events: from this one, this many. */
  readonly firstIndex: number;
  readonly count: number;
  readonly connections: number;
  /** Undefined: as fast as answers come. */
  readonly perSecond?: number;
  /** Of each event that is accepted it tells when it was sent for the last time, on the clock of `sharedNowMs`. */
  readonly tellEach?: boolean;
}

/** An event that was answered with 200. */
export interface Accepted {
  readonly eventId: string;
  /** On the clock of `sharedNowMs`; what was answered otherwise was sent before as well. */
  readonly firstSentAtMs: number;
  readonly acceptedAtMs: number;
  readonly attempts: number;
}
