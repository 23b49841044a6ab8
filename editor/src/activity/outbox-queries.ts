import { api, type OutboxView } from '@heddle/schemas/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { callApi } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import { usePageList } from '../api/use-page-list.ts';

/** What the activity list may be narrowed to. */
export interface OutboxFilter {
  readonly state?: OutboxView['state'];
  readonly kind?: string;
  readonly flowId?: string;
  readonly contactId?: string;
  readonly search?: string;
}

/** Everything that was sent or should have been, newest first. */
export function useOutboxList(filter: OutboxFilter) {
  return usePageList(queryKeys.outboxList(filter), (page, signal) =>
    callApi(api.runs.outbox, { query: { ...filter, ...page } }, { signal }),
  );
}

/** A person says what became of a message whose outcome is unknown. */
export function useSettle() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, outcome }: { id: string; outcome: 'sent' | 'failed' }) =>
      callApi(api.runs.settle, { params: { id }, body: { outcome } }),
    // Also when it failed: then somebody, or the platform, settled it meanwhile.
    onSettled: () =>
      Promise.all(
        [queryKeys.outbox, queryKeys.runs, queryKeys.attention, queryKeys.notices].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
