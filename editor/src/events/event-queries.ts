import type { EventState } from '@heddle/schemas';
import { api } from '@heddle/schemas/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
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
