import type { Issue, Problem } from '@heddle/schemas';

/** What the API answered instead of a result, in words for a person and a code for the program. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly remedy: string;
  readonly issues: readonly Issue[];
  readonly requestId: string | undefined;

  constructor(
    problem: Pick<Problem, 'status' | 'code' | 'title' | 'detail' | 'remedy'> & {
      issues?: readonly Issue[];
      requestId?: string | undefined;
    },
  ) {
    super(problem.detail === '' ? problem.title : problem.detail);
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.code = problem.code;
    this.detail = this.message;
    this.remedy = problem.remedy;
    this.issues = problem.issues ?? [];
    this.requestId = problem.requestId;
  }
}

/** The server could not be reached at all: no status, no body. */
export function offlineProblem(): ApiProblem {
  return new ApiProblem({
    status: 0,
    code: 'OFFLINE',
    title: 'Heddle cannot be reached',
    detail: 'Heddle cannot be reached.',
    remedy: 'Check that it is running and that you are online, then try again.',
  });
}

/**
 * Makes an ApiProblem from an error answer of any shape: problem+json, other JSON (the accounts library, the sandbox), text, nothing.
 *
 * @param body The parsed JSON body, or undefined when there was none.
 */
export function parseProblem(status: number, body: unknown): ApiProblem {
  const source: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  const text = (name: string) => (typeof source[name] === 'string' ? source[name] : undefined);
  const detail = text('detail') ?? text('message') ?? text('title') ?? nestedMessage(source['error']);
  const requestId = text('requestId');
  return new ApiProblem({
    status,
    code: text('code') ?? `HTTP_${status}`,
    title: text('title') ?? 'That did not work',
    detail: detail ?? fallbackDetail(status),
    remedy: text('remedy') ?? '',
    // The server checks its answers against the contract, where issues have this shape.
    issues: Array.isArray(source['issues']) ? (source['issues'] as Issue[]) : [],
    requestId,
  });
}

/** Any thrown value as a problem; what we did not expect keeps its message for the console. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem({
    status: 0,
    code: 'UNEXPECTED',
    title: 'Something unexpected happened',
    detail: error instanceof Error ? error.message : 'Something unexpected happened.',
    remedy: 'Reload the page. If it stays, tell your operator what you did.',
  });
}

/** The sandbox's way: `{ "error": { "message": … } }`. */
function nestedMessage(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  return typeof error.message === 'string' ? error.message : undefined;
}

function fallbackDetail(status: number): string {
  if (status === 502 || status === 503 || status === 504) return 'Heddle is starting or cannot be reached right now.';
  return `Heddle answered with status ${status}.`;
}
