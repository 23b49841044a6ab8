import { expect, it } from 'vitest';
import { ApiProblem } from '../api/api-problem.ts';
import { accountMessage } from './account-message.ts';

const problem = (status: number, detail: string) =>
  new ApiProblem({ status, code: 'X', title: '', detail, remedy: 'Look at "issues".' });

it('says what is wrong in the words of the server, without advice for programs', () => {
  expect(accountMessage(problem(400, 'The current password is not right.'))).toBe('The current password is not right.');
});

it('says what to do when it is not about the form', () => {
  expect(accountMessage(problem(429, 'Too many attempts.'))).toContain('Wait a minute');
  expect(accountMessage(problem(401, 'No valid session.'))).toContain('Sign in again');
  expect(accountMessage(problem(500, 'It failed.'))).toBe('It failed. Look at "issues".');
});
