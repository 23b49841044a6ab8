import { ERRORS, FlowError, type Problem } from '@heddle/schemas';
import { redactText } from '../log/index.ts';

/** SQLSTATE class 22: a value that Postgres cannot hold, such as U+0000 in a text. */
const DATA_EXCEPTION = '22';
/** SQLSTATE classes of "no database now": connection exceptions, insufficient resources, operator intervention. */
const UNAVAILABLE_CLASSES = ['08', '53', '57'];

/** What the driver says without a code when a connection breaks under a query, or none is to be had. */
const LOST_CONNECTION =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/** The error as one of our table. Whatever is not expected becomes INTERNAL and keeps its message to itself. */
export function toFlowError(error: unknown): FlowError {
  if (error instanceof FlowError) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^[0-9A-Z]{5}$/.test(code)) {
    if (code.startsWith(DATA_EXCEPTION))
      return new FlowError(
        'REQUEST_INVALID',
        'The request holds a value that cannot be stored, such as a zero character.',
        { cause: error },
      );
    if (UNAVAILABLE_CLASSES.includes(code.slice(0, 2)))
      return new FlowError('UNAVAILABLE', 'The database does not answer now.', { cause: error });
  }
  const isLost = error instanceof Error && LOST_CONNECTION.test(error.message);
  if (isLost || ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND'].includes(code))
    return new FlowError('UNAVAILABLE', 'The database does not answer now.', { cause: error });
  return new FlowError('INTERNAL', 'Something unexpected failed.', { cause: error });
}

/** RFC 9457 body of an error. */
export function toProblem(error: FlowError, requestId: string): Problem {
  const spec = ERRORS[error.code];
  return {
    type: `https://heddle.dev/errors/${error.code}`,
    title: spec.summary,
    status: spec.status,
    code: error.code,
    detail: redactText(error.message),
    remedy: spec.remedy,
    requestId,
    ...(error.issues.length === 0 ? {} : { issues: [...error.issues] }),
  };
}
