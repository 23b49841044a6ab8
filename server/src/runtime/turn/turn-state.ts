import type {
  ContactFacts,
  ErrorRecord,
  InboundEvent,
  JsonObject,
  JsonValue,
  RunSnapshot,
  SendReceipt,
  WaitSpec,
} from '@heddle/schemas';
import type { FlowBindings, OUTBOX_STATES } from '@heddle/schemas/api';

/** A run in the hands of the turn that holds its subject. */
export interface LiveRun {
  readonly id: string;
  readonly flowId: string;
  readonly flowVersion: number;
  readonly contactId: string | null;
  readonly eventId: string | null;
  /** When what started it happened. */
  readonly eventAtMs: number;
  readonly triggerNode: string;
  readonly triggerType: string;
  readonly bindings: FlowBindings;
  readonly startedAtMs: number;
  /** The mailbox in which it is driven: that of the turn, or of its own for a child run about nobody. */
  readonly subject: string;
  /** Of a child run: the run that started it, at which position, for which of its items. */
  readonly parent: { readonly runId: string; readonly position: string; readonly index: number } | null;
  /** Of the start of a flow that limits its active runs: how many there may be. */
  readonly maxActive: number | null;
  /** It takes one of the places of a flow that limits its active runs. */
  readonly isLimited: boolean;
  /** Read from the database, so rows of earlier turns may exist; false while it has only lived in this turn. */
  readonly isResumed: boolean;
  snapshot: RunSnapshot;
  /** Version of the stored snapshot; 0: not stored yet. */
  storedVersion: number;
  endedAtMs: number | null;
  /** Of a child run that ended: what the run above gets. */
  result: { readonly output?: JsonValue; readonly breaks?: true } | null;
  /** Of a child run that ended: the run above knows, or does not care any more. */
  isReported: boolean;
  readonly waits: Map<string, LiveWait>;
}

/** What the row of a wait says. The items of children are in the snapshot; a retry may be one that no try was lost for. */
export type StoredWait =
  | Exclude<WaitSpec, { kind: 'children' }>
  | { readonly kind: 'children'; readonly total: number; readonly concurrency: number; readonly dueAtMs: number | null }
  | { readonly kind: 'retry'; readonly dueAtMs: number; readonly isPutOff?: true };

/** The end of a child run that the run above was not told yet. */
export interface EndedChild {
  readonly id: string;
  /** Of the run above. */
  readonly runId: string;
  readonly position: string;
  readonly index: number;
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly error: ErrorRecord | null;
  readonly result: LiveRun['result'];
}

/** What a position waits for, as stored. */
export interface LiveWait {
  readonly position: string;
  readonly node: string;
  readonly spec: StoredWait;
  readonly dueAtMs: number | null;
  /** The suspended node run; null for a retry. */
  readonly nodeRunId: string | null;
  readonly createdAtMs: number;
}

/** A person as stored. Changed in place by the turn, written by its journal. */
export interface LiveContact {
  readonly id: string;
  readonly connectionId: string;
  readonly platform: string;
  readonly platformId: string;
  username: string | null;
  name: string | null;
  profile: JsonObject;
  profileReadAtMs: number | null;
  tags: string[];
  fields: JsonObject;
  lastInboundAtMs: number | null;
  isOptedOut: boolean;
  /** A person of the team has the conversation until then. Written where it is decided, not with the checkpoint. */
  takenOverUntilMs: number | null;
  /** When the person last did something; null: not in this turn. */
  lastEventAtMs: number | null;
  /** False for somebody new, until the first checkpoint. */
  isStored: boolean;
}

/** An event waiting in the mailbox. */
export interface PendingEvent {
  readonly id: string;
  readonly platform: string;
  readonly connectionId: string | null;
  readonly event: InboundEvent;
  readonly target: { readonly flowId: string; readonly node: string } | null;
  readonly attempts: number;
  /** It was taken before and waits for its turn to start a run. */
  readonly isQueued: boolean;
}

/** A trigger of a live flow that listens to a kind of event. */
export interface Listener {
  readonly kind: string;
  /** Null: it listens to no account. */
  readonly connectionId: string | null;
  readonly node: string;
  readonly flowId: string;
  readonly flowName: string;
  readonly version: number;
  readonly priority: number;
  readonly liveSinceMs: number;
  readonly bindings: FlowBindings;
}

export interface NodeRunRecord {
  readonly id: string;
  readonly runId: string;
  readonly flowId: string;
  readonly node: string;
  readonly type: string;
  readonly visit: number;
  readonly attempt: number;
  readonly status: 'suspended' | 'succeeded' | 'failed' | 'cancelled';
  readonly port: string | null;
  readonly input: JsonValue;
  readonly output: JsonValue;
  readonly error: ErrorRecord | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
}

export type OutboxState = (typeof OUTBOX_STATES)[number];

/** One thing to send, as stored. Replaced, never changed in place. */
export interface OutboxRecord {
  readonly id: string;
  readonly runId: string;
  readonly flowId: string;
  readonly node: string;
  readonly visit: number;
  readonly key: string;
  readonly connectionId: string | null;
  readonly contactId: string | null;
  readonly state: OutboxState;
  readonly kind: string;
  readonly target: string | null;
  readonly action: JsonObject;
  readonly summary: string;
  readonly platformId: string | null;
  readonly receipt: SendReceipt | null;
  readonly reason: string | null;
  readonly error: ErrorRecord | null;
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly sendingAtMs: number | null;
  readonly settledAtMs: number | null;
  /** The row was read or announced by this turn, so only its outcome can be new. */
  readonly isStored: boolean;
}

/** What became of an event. */
export interface EventResult {
  readonly id: string;
  readonly state: 'pending' | 'completed' | 'ignored' | 'failed';
  readonly reason: string | null;
  readonly skipped: readonly { flowId: string; flowName: string; node: string; reason: string }[];
  readonly runIds: readonly string[];
  readonly contactId: string | null;
  readonly attempts: number;
  readonly retryAtMs: number | null;
}

/** A contact as templates and triggers see it. Unknown facts are absent. */
export function toContactFacts(contact: LiveContact): ContactFacts {
  const { profile } = contact;
  const facts: ContactFacts = {
    id: contact.id,
    platform: contact.platform,
    platformId: contact.platformId,
    tags: contact.tags,
    fields: contact.fields,
    isOptedOut: contact.isOptedOut,
  };
  if (contact.username !== null) facts.username = contact.username;
  if (contact.name !== null) facts.name = contact.name;
  const firstName =
    typeof profile['firstName'] === 'string' ? profile['firstName'] : contact.name?.trim().split(/\s+/)[0];
  if (firstName) facts.firstName = firstName;
  if (typeof profile['language'] === 'string') facts.language = profile['language'];
  if (typeof profile['timeZone'] === 'string') facts.timeZone = profile['timeZone'];
  if (typeof profile['isFollower'] === 'boolean') facts.isFollower = profile['isFollower'];
  if (typeof profile['isVerified'] === 'boolean') facts.isVerified = profile['isVerified'];
  if (contact.lastInboundAtMs !== null) facts.lastInboundAtMs = contact.lastInboundAtMs;
  return facts;
}
