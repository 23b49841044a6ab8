import { ERRORS, FlowError, type Problem } from '@heddle/schemas';
import { redactText } from '../log/index.ts';

/** SQLSTATE class 22: a value that Postgres cannot hold, such as U+0000 in a text. */
const DATA_EXCEPTION = '22';
/** SQLSTATE classes of "no database now": connection exceptions, insufficient resources, operator intervention. */
const UNAVAILABLE_CLASSES = ['08', '53', '57'];

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
  if (['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND'].includes(code))
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
