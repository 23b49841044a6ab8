import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api-problem.ts';

/** Statuses that may pass by themselves: no connection, too many requests, a server that is starting. */
const PASSING = new Set([0, 429, 502, 503, 504]);

/** The cache of the page. Live changes make entries stale at once; without them half a minute is fresh enough. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => error instanceof ApiProblem && PASSING.has(error.status) && failures < 3,
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  });
}
