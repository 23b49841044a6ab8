import { Type, type Static } from 'typebox';
import type { DraftOperation } from './flow/draft-operation.ts';
import { JsonObjectSchema } from './json.ts';

/** What the engine may do about an error by itself. */
export type RetryRule = 'never' | 'backoff' | 'after';

/** One row of the error table. */
export interface ErrorSpec {
  /** HTTP status when it answers a request. */
  readonly status: number;
  /** `backoff`: try again by the node's retry policy; `after`: not before the moment the error names. */
  readonly retry: RetryRule;
  /** What happened, for the error reference. */
  readonly summary: string;
  /** What the reader should do. */
  readonly remedy: string;
}

/** Every error that leaves Heddle, one line per code. The error reference `docs/errors.md` is generated from this table. */
// oxfmt-ignore
export const ERRORS = {
  // --- requests
  REQUEST_INVALID: { status: 400, retry: 'never', summary: 'The request does not fit the contract.', remedy: 'Look at "issues": each names the place, the value and what is allowed.' },
  REQUEST_NOT_JSON: { status: 400, retry: 'never', summary: 'The body is not valid JSON in UTF-8, or is nested too deeply.', remedy: 'Send valid JSON with at most 64 levels.' },
  REQUEST_TOO_LARGE: { status: 413, retry: 'never', summary: 'The body is larger than this endpoint accepts.', remedy: 'Send less; the message names the limit.' },
  SIGN_IN_REQUIRED: { status: 401, retry: 'never', summary: 'No valid session or API key.', remedy: 'Sign in, or send "Authorization: Bearer <api key>".' },
  ROLE_TOO_LOW: { status: 403, retry: 'never', summary: 'Your role or key does not allow this.', remedy: 'Ask an owner of the workspace.' },
  ORIGIN_REFUSED: { status: 403, retry: 'never', summary: 'The request came from a foreign web page.', remedy: 'Use the Heddle page, or an API key.' },
  NOT_FOUND: { status: 404, retry: 'never', summary: 'There is no such thing in this workspace.', remedy: 'Check the id and the workspace.' },
  METHOD_NOT_ALLOWED: { status: 405, retry: 'never', summary: 'This path does not take that method.', remedy: 'See /api/openapi.json.' },
  RATE_LIMITED: { status: 429, retry: 'after', summary: 'Too many requests from this client.', remedy: 'Wait as long as Retry-After says.' },
  INTERNAL: { status: 500, retry: 'backoff', summary: 'Something unexpected failed inside Heddle.', remedy: 'Try again; if it stays, give the request id to your operator.' },
  UNAVAILABLE: { status: 503, retry: 'backoff', summary: 'Heddle is starting, stopping, or cannot reach its database.', remedy: 'Try again in a few seconds.' },
  // --- webhooks
  WEBHOOK_SIGNATURE_INVALID: { status: 401, retry: 'never', summary: 'The signature is missing or does not fit the bytes.', remedy: 'Check that the app secret in Heddle is the one of the sending app.' },
  WEBHOOK_VERIFY_FAILED: { status: 403, retry: 'never', summary: 'The verify token does not match.', remedy: 'Set the same verify token in Heddle and at the platform.' },
  WEBHOOK_NOT_CONFIGURED: { status: 404, retry: 'never', summary: 'This platform has no app secret configured, so nothing can be verified.', remedy: 'Set the app secret of the platform in the environment.' },
  // --- flow documents
  FLOW_INVALID: { status: 422, retry: 'never', summary: 'The flow document has errors.', remedy: 'Each issue names the node, the field and what is allowed.' },
  FLOW_VERSION_UNKNOWN: { status: 422, retry: 'never', summary: 'The document was made by a newer Heddle.', remedy: 'Upgrade Heddle, then import again.' },
  FLOW_NOT_PUBLISHED: { status: 409, retry: 'never', summary: 'The flow has no published version.', remedy: 'Publish it first.' },
  FLOW_DRAFT_CONFLICT: { status: 409, retry: 'never', summary: 'Somebody else changed the draft since you loaded it.', remedy: 'Load the newest draft and apply your change to it.' },
  FLOW_OPERATION_INVALID: { status: 422, retry: 'never', summary: 'The change does not fit the draft, for example it names a node that is not there.', remedy: 'Load the newest draft.' },
  FLOW_SLOT_EMPTY: { status: 409, retry: 'never', summary: 'The flow names an account that was not chosen yet.', remedy: 'Choose a connection for each account of the flow, then publish.' },
  FLOW_TOO_LARGE: { status: 422, retry: 'never', summary: 'The flow has more nodes or more data than a flow may have.', remedy: 'Split it: a flow can call other flows. The message names the limit.' },
  FLOW_TESTS_FAILED: { status: 409, retry: 'never', summary: 'Test cases of the flow fail, so it was not published.', remedy: 'Mend the flow or the cases that "issues" names, or publish with "evenIfTestsFail".' },
  // --- running
  NODE_TYPE_UNKNOWN: { status: 422, retry: 'never', summary: 'No installed plugin has this node type in this version.', remedy: 'Install the plugin, or remove the node.' },
  NODE_CONFIG_INVALID: { status: 422, retry: 'never', summary: 'The settings of the node are not valid after filling in values.', remedy: 'Open the node; the message names the field.' },
  NODE_PORT_UNKNOWN: { status: 500, retry: 'never', summary: 'The node answered through a port that it does not declare.', remedy: 'Report it to the author of the plugin.' },
  NODE_TIMED_OUT: { status: 504, retry: 'backoff', summary: 'The node gave no result in time.', remedy: 'Try again, or raise the time limit of the node.' },
  NODE_CRASHED: { status: 500, retry: 'backoff', summary: 'The code of the node failed in an unexpected way.', remedy: 'Try again; if it stays, report it to the author of the plugin.' },
  EXPRESSION_INVALID: { status: 422, retry: 'never', summary: 'A template or expression cannot be read.', remedy: 'The message shows the place.' },
  EXPRESSION_UNKNOWN_VARIABLE: { status: 422, retry: 'never', summary: 'A template uses a value that is not there.', remedy: 'Pick the field from the list, or give a default: {{ name | default: "there" }}.' },
  EXPRESSION_LIMIT: { status: 422, retry: 'never', summary: 'A template takes too long or makes too much text.', remedy: 'Make it simpler.' },
  RUN_NODE_LIMIT: { status: 422, retry: 'never', summary: 'The run passed 10,000 node runs.', remedy: 'Look for a circle in the flow.' },
  RUN_VISIT_LIMIT: { status: 422, retry: 'never', summary: 'The run visited one node more than 1,000 times.', remedy: 'Look for a circle in the flow.' },
  RUN_SNAPSHOT_LIMIT: { status: 422, retry: 'never', summary: 'The run holds more than 256 KiB of data.', remedy: 'Keep less in fields and outputs.' },
  OUTPUT_LIMIT: { status: 422, retry: 'never', summary: 'A node put out more than 64 KiB.', remedy: 'Take only the part that you need.' },
  WAIT_LIMIT: { status: 422, retry: 'never', summary: 'A wait is longer than 365 days.', remedy: 'Choose a shorter wait.' },
  RUN_DEPTH_LIMIT: { status: 422, retry: 'never', summary: 'Runs started runs more than 10 levels deep.', remedy: 'Look for a flow that calls itself.' },
  RUN_CHILDREN_LIMIT: { status: 422, retry: 'never', summary: 'A node was to go through more than 1,000 items.', remedy: 'Take the items in parts.' },
  RUN_CHILD_FAILED: { status: 422, retry: 'backoff', summary: 'A run that this run started has failed.', remedy: 'Open that run; the message names its error.' },
  NODE_UNSUPPORTED: { status: 409, retry: 'never', summary: 'The node needs something that this Heddle cannot do.', remedy: 'Upgrade Heddle, or remove the node.' },
  RUN_NOT_ACTIVE: { status: 409, retry: 'never', summary: 'The run has ended already.', remedy: 'Nothing to do.' },
  RUN_NOT_RETRYABLE: { status: 409, retry: 'never', summary: 'Only a failed run whose last message is certain can be retried.', remedy: 'Look at the run; settle unknown messages first.' },
  EVENT_NOT_REPLAYABLE: { status: 409, retry: 'never', summary: 'Only failed or ignored events can be replayed.', remedy: 'Nothing to do.' },
  // --- sending
  SEND_REFUSED: { status: 422, retry: 'never', summary: 'The message was not attempted because a rule forbids it.', remedy: 'The reason names the rule.' },
  SEND_WINDOW_CLOSED: { status: 422, retry: 'never', summary: 'More than 24 hours have passed since the person last wrote.', remedy: 'Wait until they write again; use the "window closed" port.' },
  SEND_POSTPONED: { status: 409, retry: 'after', summary: 'The message waits because it is quiet hours for the person.', remedy: 'Nothing: it goes out when the quiet hours end. They are set under Settings.' },
  SEND_OUTCOME_UNKNOWN: { status: 409, retry: 'never', summary: 'Heddle stopped while the message was on its way and the platform cannot tell whether it arrived.', remedy: 'Look at the conversation and settle it by hand; Heddle never sends it again by itself.' },
  SEND_NOT_UNKNOWN: { status: 409, retry: 'never', summary: 'Only a message whose outcome is unknown can be settled by hand.', remedy: 'Load it again: somebody, or the platform, settled it meanwhile.' },
  SEND_INVALID: { status: 422, retry: 'never', summary: 'The platform would refuse this content.', remedy: 'The message names the limit.' },
  // --- platforms
  PLATFORM_UNAVAILABLE: { status: 502, retry: 'backoff', summary: 'The platform has a temporary fault.', remedy: 'Heddle tries again by itself.' },
  PLATFORM_RATE_LIMITED: { status: 429, retry: 'after', summary: 'The platform asks us to slow down.', remedy: 'Heddle goes on when the platform allows.' },
  PLATFORM_TOKEN_INVALID: { status: 401, retry: 'never', summary: 'The account must be connected again.', remedy: 'Open Connections and connect the account again.' },
  PLATFORM_PERMISSION_MISSING: { status: 403, retry: 'never', summary: 'The account did not grant a permission that this needs.', remedy: 'Connect again and leave all boxes ticked.' },
  PLATFORM_ACCOUNT_PAUSED: { status: 403, retry: 'never', summary: 'The platform restricted the account.', remedy: 'Open the platform and look at the account status.' },
  PLATFORM_REFUSED: { status: 422, retry: 'never', summary: 'The platform refused the call for good.', remedy: 'The message carries the reason of the platform.' },
  PLATFORM_ANSWER_INVALID: { status: 502, retry: 'never', summary: 'The platform answered something that we do not understand.', remedy: 'The answer is stored; report it.' },
  // --- connections
  OAUTH_STATE_INVALID: { status: 400, retry: 'never', summary: 'The sign-in at the platform was not started here, was used already or took over 10 minutes.', remedy: 'Start connecting again.' },
  OAUTH_REFUSED: { status: 400, retry: 'never', summary: 'The platform or the person refused the connection.', remedy: 'Start again and allow the access.' },
  CONNECTION_NOT_READY: { status: 409, retry: 'never', summary: 'The connection is not usable now.', remedy: 'Open Connections; it says what to do.' },
  // --- publishing
  POST_STATE_CONFLICT: { status: 409, retry: 'never', summary: 'The post is in a state that does not allow this, such as changing a post that is being published.', remedy: 'Load the post again; its state and reason say what can be done.' },
  // --- catalog
  DRAFT_DECIDED: { status: 409, retry: 'never', summary: 'The product draft was approved, rejected or has expired.', remedy: 'Take the decision back first.' },
  DRAFT_INCOMPLETE: { status: 422, retry: 'never', summary: 'A product needs a name, a price and a currency.', remedy: 'Fill in what the message names, then approve.' },
  // --- services
  AI_NOT_CONFIGURED: { status: 409, retry: 'never', summary: 'No AI provider is set up.', remedy: 'Set OPENAI_API_KEY, or let the fallback port answer.' },
  AI_FAILED: { status: 502, retry: 'backoff', summary: 'The AI provider gave no usable answer.', remedy: 'Heddle tries again, then takes the fallback port.' },
  HTTP_TARGET_FORBIDDEN: { status: 422, retry: 'never', summary: 'The address is internal or not allowed.', remedy: 'Call public addresses only.' },
  HTTP_FAILED: { status: 502, retry: 'backoff', summary: 'The called service could not be reached.', remedy: 'Check the address; Heddle tries again by the retry setting.' },
  SECRET_UNREADABLE: { status: 500, retry: 'never', summary: 'A stored secret cannot be opened with the configured keys.', remedy: 'Restore HEDDLE_KEYS; the newest key comes first, old ones stay in the list.' },
} as const satisfies Record<string, ErrorSpec>;

/** A stable error code. */
export type ErrorCode = keyof typeof ERRORS;

/** True for a code in the table. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

/** A change that settles an issue, ready to be applied to the draft it was found in. */
export const IssueFixSchema = Type.Object(
  {
    title: Type.String({ description: 'What it does, as the label of a button' }),
    operations: Type.Unsafe<DraftOperation[]>(
      // The whole shape is that of draft operations; written out here it would be in every answer of the API.
      Type.Array(Type.Object({ kind: Type.String() }), { description: 'Draft operations, in order, all or none' }),
    ),
  },
  { additionalProperties: false },
);
export type IssueFix = Static<typeof IssueFixSchema>;

/** One thing wrong in a document or request. */
export const IssueSchema = Type.Object(
  {
    code: Type.String({ description: 'Stable name of the rule' }),
    severity: Type.Enum(['error', 'warning']),
    message: Type.String({ description: 'Which thing, which value, what is allowed, what to do' }),
    path: Type.Optional(Type.String({ description: 'JSON pointer into the document' })),
    node: Type.Optional(Type.String({ description: 'Node id, when the issue belongs to a node' })),
    edge: Type.Optional(Type.Integer({ description: 'Index in "edges"' })),
    fix: Type.Optional(IssueFixSchema),
  },
  { additionalProperties: false },
);
export type Issue = Static<typeof IssueSchema>;

/** An error as stored with a run and shown on a node. */
export const ErrorRecordSchema = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    retry: Type.Enum(['never', 'backoff', 'after']),
    retryAtMs: Type.Optional(Type.Number({ description: 'Epoch ms; with retry "after"' })),
    details: Type.Optional(JsonObjectSchema),
  },
  { additionalProperties: false },
);
export type ErrorRecord = Static<typeof ErrorRecordSchema>;

/** `application/problem+json`, RFC 9457, with our stable code. */
export const ProblemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  remedy: Type.String(),
  requestId: Type.Optional(Type.String()),
  issues: Type.Optional(Type.Array(IssueSchema)),
});
export type Problem = Static<typeof ProblemSchema>;

/** The error type of all packages: a code of the table, a message that names thing, value and limit. */
export class FlowError extends Error {
  readonly code: ErrorCode;
  readonly retry: RetryRule;
  readonly retryAtMs: number | undefined;
  readonly issues: readonly Issue[];
  readonly details: Static<typeof JsonObjectSchema> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      cause?: unknown;
      issues?: readonly Issue[];
      retryAtMs?: number;
      details?: Static<typeof JsonObjectSchema>;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FlowError';
    this.code = code;
    this.retry = ERRORS[code].retry;
    this.retryAtMs = options.retryAtMs;
    this.issues = options.issues ?? [];
    this.details = options.details;
  }
}

/** Turns any thrown value into a storable record; an unexpected one keeps its message out of sight. */
export function toErrorRecord(error: unknown): ErrorRecord {
  if (!(error instanceof FlowError)) {
    return { code: 'NODE_CRASHED', message: 'The code of the node failed in an unexpected way.', retry: 'backoff' };
  }
  return {
    code: error.code,
    message: error.message,
    retry: error.retry,
    ...(error.retryAtMs === undefined ? {} : { retryAtMs: error.retryAtMs }),
    ...(error.details === undefined ? {} : { details: error.details }),
  };
}
