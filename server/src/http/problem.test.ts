import { expect, it } from 'vitest';
import { toFlowError } from './problem.ts';

const withCode = (message: string, code: string): Error => Object.assign(new Error(message), { code });

it.each([
  ['a connection that breaks under a query', new Error('Connection terminated unexpectedly')],
  ['a pool without a free connection in time', new Error('timeout exceeded when trying to connect')],
  ['a server that is starting', withCode('the database system is starting up', '57P03')],
  ['a port that nobody listens to', withCode('connect ECONNREFUSED', 'ECONNREFUSED')],
])('%s is a database that is away, so the sender tries again', (_, error) => {
  expect(toFlowError(error).code).toBe('UNAVAILABLE');
});

it('anything else is a fault of ours and keeps its message to itself', () => {
  const made = toFlowError(new Error('the secret is canary'));
  expect([made.code, made.message.includes('canary')]).toEqual(['INTERNAL', false]);
});
