/**
 * Refusals in Meta's envelope. Codes and subcodes: platforms.md F.2 and F.3. Which HTTP status goes with a code is not
 * documented by Meta; the table below is a choice (callers must decide by code).
 */
const STATUS_BY_CODE: Readonly<Record<number, number>> = { 1: 500, 2: 500, 10: 403, 200: 403, 4: 403 };

export interface GraphErrorFacts {
  readonly subcode?: number | undefined;
  readonly type?: 'OAuthException' | 'IGApiException' | 'GraphMethodException';
  readonly isTransient?: boolean | undefined;
  readonly httpStatus?: number | undefined;
  readonly userTitle?: string;
  readonly userMessage?: string;
}

export class GraphError extends Error {
  readonly code: number;
  readonly facts: GraphErrorFacts;

  constructor(code: number, message: string, facts: GraphErrorFacts = {}) {
    super(message);
    this.name = 'GraphError';
    this.code = code;
    this.facts = facts;
  }

  get httpStatus(): number {
    return this.facts.httpStatus ?? STATUS_BY_CODE[this.code] ?? 400;
  }

  /** @param traceId goes into `fbtrace_id`. */
  toEnvelope(traceId: string): { error: Record<string, unknown> } {
    const { subcode, type = 'OAuthException', isTransient, userTitle, userMessage } = this.facts;
    return {
      error: {
        message: this.message,
        type,
        code: this.code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        ...(isTransient === undefined ? {} : { is_transient: isTransient }),
        ...(userTitle === undefined ? {} : { error_user_title: userTitle }),
        ...(userMessage === undefined ? {} : { error_user_msg: userMessage }),
        fbtrace_id: traceId,
      },
    };
  }
}

/** 100: a parameter is missing or not allowed. */
export function invalidParameter(message: string, subcode?: number): GraphError {
  return new GraphError(100, `(#100) ${message}`, { subcode, type: 'IGApiException' });
}

/** 100/33: the id is unknown, belongs to somebody else, or cannot do this. */
export function missingObject(method: string, id: string): GraphError {
  return new GraphError(
    100,
    `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    { subcode: 33, type: 'GraphMethodException' },
  );
}

/** 190: the token cannot be used. 460 password changed, 463 expired, 458 app removed. */
export function tokenError(message: string, subcode?: number): GraphError {
  return new GraphError(190, message, { subcode, type: subcode === undefined ? 'IGApiException' : 'OAuthException' });
}

/** 10 without subcode: the token's scopes do not include this. */
export function permissionError(scope: string): GraphError {
  return new GraphError(
    10,
    `(#10) Application does not have permission for this action. It requires the ${scope} permission.`,
  );
}

/** 200: a messaging or moderation permission is missing. */
export function messagingPermissionError(scope: string): GraphError {
  return new GraphError(200, `(#200) Requires ${scope} permission to manage the object.`);
}

/** 10/2534022. */
export function windowError(): GraphError {
  return new GraphError(10, '(#10) This message is sent outside of allowed window.', { subcode: 2534022 });
}
