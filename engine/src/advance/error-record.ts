import { ERRORS, type ErrorCode, type ErrorRecord } from '@heddle/schemas';

/** An error that the engine itself finds, as it is stored. */
export function errorRecord(code: ErrorCode, message: string, node: string): ErrorRecord {
  return { code, message, retry: ERRORS[code].retry, details: { node } };
}
