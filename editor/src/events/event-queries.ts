import type { EventState } from '@heddle/schemas';
import { api } from '@heddle/schemas/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toProblem } from '../api/api-problem.ts';
import { callApi } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import { usePageList } from '../api/use-page-list.ts';

/** What the event list may be narrowed to. */
export interface EventFilter {
  readonly state?: EventState;
  readonly kind?: string;
  readonly contactId?: string;
}

/** What the platforms sent us, newest first. */
export function useEventList(filter: EventFilter) {
  return usePageList(queryKeys.eventList(filter), (page, signal) =>
    callApi(api.runs.events, { query: { ...filter, ...page } }, { signal }),
  );
}

/** Takes a failed or ignored event again. */
export function useReplay() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => callApi(api.runs.replayEvent, { params: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.events }),
  });
}

/** Takes several events again, one after the other, oldest first: what a person wrote is answered in order. @returns How many could be. */
export function useReplayAll() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (newestFirst: readonly string[]) => {
      let count = 0;
      for (const id of newestFirst.toReversed()) {
        // Somebody else may have taken one meanwhile; the others are still to be taken.
        await callApi(api.runs.replayEvent, { params: { id } }).then(
          () => (count += 1),
          (error: unknown) => {
            if (toProblem(error).code !== 'EVENT_NOT_REPLAYABLE') throw error;
          },
        );
      }
      return count;
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.events }),
  });
}
