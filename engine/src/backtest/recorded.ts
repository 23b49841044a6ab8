/** What a back-test is given: what really happened, as the host has it on record. */
import type { ContactFacts, ErrorRecord, InboundEvent, JsonValue, PlatformAction, SendReceipt } from '@heddle/schemas';

/** Something that went out, or would have. */
export interface PastSend {
  readonly node: string;
  readonly action: PlatformAction;
  readonly outcome: 'sent' | 'refused' | 'failed';
  /** Why it did not go out. */
  readonly reason?: string;
}

/** What a flow did with an event: whether it started or continued a run, and what that run sent until the next event of the run. */
export interface PastOutcome {
  readonly fired: boolean;
  readonly sends: readonly PastSend[];
}

/** Another flow that took the event. A conversation keeps it whatever the draft says; a trigger may lose to a better one. */
export type Rival =
  | { readonly kind: 'answered'; readonly flowName: string }
  | {
      readonly kind: 'started';
      readonly flowName: string;
      readonly priority: number;
      readonly specificity: number;
      readonly liveSinceMs: number;
    };

/** An event as it came in, and what became of it. */
export interface RecordedEvent {
  readonly id: string;
  readonly event: InboundEvent;
  /** When it was taken, epoch ms: later than it occurred. */
  readonly takenAtMs: number;
  /** Slots of the draft that are bound to the account it came in on; null when it came in on none. */
  readonly slots: readonly string[] | null;
  /** The one trigger it was meant for (by hand, by schedule, by web call). */
  readonly targetNode: string | null;
  /** The person asked for no more messages with it, or allowed them again; no flow saw it. */
  readonly optOut: 'out' | 'in' | null;
  readonly rival: Rival | null;
  /** Of the run that it started, so that the draft draws the same numbers. */
  readonly seed: number | null;
  readonly published: PastOutcome;
  /** `whenFired`: only if the draft does something with it. `never`: it only tells what happened around the others. */
  readonly compared: 'always' | 'whenFired' | 'never';
}

/** What a node that asked the outside got. */
export interface RecordedRead {
  readonly node: string;
  readonly input: JsonValue;
  readonly port: string | null;
  readonly output: JsonValue;
  readonly error: ErrorRecord | null;
}

/** How a send ended. */
export interface RecordedSend {
  readonly node: string;
  readonly action: PlatformAction;
  readonly receipt: SendReceipt | null;
  readonly error: ErrorRecord | null;
}

/** Everything on record about one person, or about one event that is nobody's. Events in the order in which they were taken. */
export interface RecordedHistory {
  readonly platform: string;
  /** As known before the first event, as far as that can be told; null: nobody. */
  readonly contact: ContactFacts | null;
  /** Before the first event, epoch ms. */
  readonly lastInboundAtMs: number | null;
  readonly events: readonly RecordedEvent[];
  readonly reads: readonly RecordedRead[];
  readonly sends: readonly RecordedSend[];
  /** Comments that other flows answered privately. */
  readonly answeredComments: ReadonlySet<string>;
}
