import { toProblem } from '../api/api-problem.ts';

/** Why an account was not changed, in words beside the form. */
export function accountMessage(error: unknown): string {
  const problem = toProblem(error);
  if (problem.status === 401) return 'You are no longer signed in. Sign in again, then repeat the change.';
  if (problem.status === 429) return 'Too many tries. Wait a minute, then try again.';
  // The remedy of a refused request speaks of a list of issues, which these forms do not have.
  return problem.status === 400 ? problem.detail : `${problem.detail} ${problem.remedy}`.trim();
}
