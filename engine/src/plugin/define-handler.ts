import type {
  ContactFacts,
  InboundEvent,
  JsonObject,
  JsonValue,
  NodeDefinition,
  PlatformAction,
  ResumeCause,
  SendReceipt,
  WaitSpec,
} from '@heddle/schemas';
import type { Scope } from '../expressions/index.ts';
import type { Static, TObject } from 'typebox';
import { fieldsWithOptions, type ListOptions } from './field-options.ts';
import type { HttpService } from './http-service.ts';

/** A node finished: which port the run leaves by, what it carries, and variables to set (`vars.<name>`). */
export interface NodeDone {
  readonly kind: 'done';
  readonly port: string;
  readonly output: JsonValue;
  readonly assign?: JsonObject;
  /** In the body of a loop: the items that are left are not needed. */
  readonly breaks?: true;
}

/** A node parks the run. `memo` comes back in the context when it is resumed. */
export interface NodeSuspended {
  readonly kind: 'suspended';
  readonly wait: WaitSpec;
  readonly memo: JsonValue;
}

/** What a handler returns. Failure is thrown as a FlowError, never returned. */
export type NodeResult = NodeDone | NodeSuspended;

/** Finish through `port` with `output`. */
export function done(port: string, output: JsonValue = {}, assign?: JsonObject): NodeDone {
  return { kind: 'done', port, output, ...(assign === undefined ? {} : { assign }) };
}

/** Finish the run of a loop's body, and the loop with it: the items that are left are not needed. For nodes that end the run. */
export function breakLoop(output: JsonValue = {}): NodeDone {
  return { kind: 'done', port: 'timeout', output, breaks: true };
}

/** Park the run until the wait is over. */
export function suspend(wait: WaitSpec, memo: JsonValue = null): NodeSuspended {
  return { kind: 'suspended', wait, memo };
}

/** One thing to send. `key` is unique within the node's visit ("1", "2" … for the bubbles of one node). */
export interface SendRequest {
  readonly key: string;
  /** Slot name as in the config (`@shop`); absent for plain HTTP. */
  readonly connection?: string;
  readonly action: PlatformAction;
}

/** Changes to the contact of the run; recorded with the node run, all or nothing. */
export interface ContactService {
  addTag(tag: string): Promise<void>;
  removeTag(tag: string): Promise<void>;
  setField(name: string, value: JsonValue): Promise<void>;
}

/** A language model call. */
export interface AiRequest {
  readonly system: string;
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[];
  readonly maxOutputTokens: number;
  readonly temperature?: number;
  /** JSON Schema that the answer must fit. The provider is told, where it can be; the caller still checks the text. */
  readonly answerSchema?: JsonObject;
}
export interface AiAnswer {
  readonly text: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}
export interface AiService {
  /** @throws FlowError `AI_NOT_CONFIGURED` | `AI_FAILED`. */
  answer(request: AiRequest): Promise<AiAnswer>;
  /** The last `limit` messages with the contact of the run, oldest first. */
  history(limit: number): Promise<{ role: 'user' | 'assistant'; text: string }[]>;
}

/**
 * Records that a feature of the host keeps for nodes, such as product drafts. `catalog/draft` is a collection of the feature `catalog`,
 * which says what a record holds. Each call is one change, kept at once; a node run again after a crash makes the same calls again.
 */
export interface RecordService {
  get(collection: string, key: string): Promise<JsonObject | null>;
  /** Keeps the record unless there is one with this key already; exactly one of several callers is told `isNew`. */
  create(
    collection: string,
    key: string,
    record: JsonObject,
  ): Promise<{ readonly record: JsonObject; readonly isNew: boolean }>;
  /** Keeps the record in place of an earlier one. @returns It as the feature keeps it. @throws FlowError of the feature. */
  put(collection: string, key: string, record: JsonObject): Promise<JsonObject>;
}

/** Everything a handler may touch. There is no clock, network or database besides this. */
export interface HandlerContext<Config> {
  readonly config: Config;
  /** Output of the node before, or of the trigger. */
  readonly input: JsonValue;
  readonly trigger: JsonValue;
  readonly vars: JsonObject;
  /** Everything that templates read, for nodes that look up paths of the author's choice (`evaluateCondition(condition, scope)`). */
  readonly scope: Scope;
  readonly contact: ContactFacts | null;
  readonly run: {
    readonly id: string;
    readonly flowId: string;
    readonly node: string;
    readonly visit: number;
    readonly attempt: number;
  };
  readonly nowMs: number;
  /** 0 ≤ x < 1, the same each time this visit of this node runs. */
  random(): number;
  /** A number in [0, 1) that is the same for this contact and `salt` for ever: sticky choices. */
  stickyRandom(salt: string): number;
  readonly memo: JsonValue | undefined;
  readonly resumed: ResumeCause | undefined;
  readonly signal: AbortSignal;
  /**
   * Sends once. The host records the intent before the call; called again with the same key (after a crash or a retry) it gives the
   * recorded receipt and sends nothing. Only for nodes of effect `send`.
   *
   * @throws FlowError `SEND_*` | `PLATFORM_*` | `CONNECTION_NOT_READY`.
   */
  send(request: SendRequest): Promise<SendReceipt>;
  /** Asks the platform of a slot for data (`profile`, `media` …). @throws FlowError `PLATFORM_*`. */
  read(connection: string, what: string, args: JsonObject): Promise<JsonValue>;
  readonly contacts: ContactService;
  readonly ai: AiService;
  readonly http: HttpService;
  readonly records: RecordService;
  /** Puts a note before the members of the workspace. */
  notifyMembers(text: string): Promise<void>;
}

/** What a trigger sees of an event when asked whether it starts a run. Pure: no services. */
export interface MatchContext<Config> {
  readonly config: Config;
  readonly event: InboundEvent;
  readonly contact: ContactFacts | null;
  readonly nowMs: number;
}

/** A trigger that matches: what the run starts with, and how specific the match is (higher wins between flows of one priority). */
export interface TriggerMatch {
  readonly output: JsonValue;
  readonly specificity: number;
}

/** A trigger's answer: a match, or the reason why not, in words for the event list. */
export type MatchResult = TriggerMatch | { readonly reason: string };

/** The code of a node type. Triggers have `match`, other nodes have `run`. */
export interface NodeHandler<Definition extends NodeDefinition = NodeDefinition> {
  readonly definition: Definition;
  readonly run?: (context: HandlerContext<Static<Definition['config']>>) => Promise<NodeResult> | NodeResult;
  readonly match?: (context: MatchContext<Static<Definition['config']>>) => MatchResult;
  /** By field; one for each field of the config with `x-options`. */
  readonly options?: Readonly<Record<string, ListOptions>>;
}

/** Joins a definition and its code; the types of config and ports come from the definition. */
export function defineHandler<Config extends TObject, Port extends string>(
  definition: NodeDefinition<Config, Port>,
  code: {
    run?: (context: HandlerContext<Static<Config>>) => Promise<NodeResult> | NodeResult;
    match?: (context: MatchContext<Static<Config>>) => MatchResult;
    options?: { readonly [Field in keyof Static<Config> & string]?: ListOptions };
  },
): NodeHandler {
  if ((definition.role === 'trigger') !== (code.match !== undefined)) {
    throw new TypeError(`${definition.type}: a trigger has "match", every other node has "run"`);
  }
  const listed = Object.keys(code.options ?? {});
  const asked = fieldsWithOptions(definition);
  if (listed.length !== asked.length || !asked.every((field) => listed.includes(field))) {
    throw new TypeError(
      `${definition.type}: fields with x-options are [${asked.join(', ')}], but "options" lists [${listed.join(', ')}]`,
    );
  }
  // The registry holds handlers of many config types; the engine validates the config against the definition before each call.
  return { definition, ...code } as unknown as NodeHandler;
}
