import type { RunStatus } from '@heddle/schemas';
import { api } from '@heddle/schemas/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import { usePageList } from '../api/use-page-list.ts';

/** What the run list may be narrowed to. */
export interface RunFilter {
  readonly flowId?: string;
  readonly status?: RunStatus;
  readonly contactId?: string;
  /** Those that this run started, instead of those that nobody did. */
  readonly parentId?: string;
}

/** Runs, newest first, page by page. */
export function useRunList(filter: RunFilter) {
  return usePageList(queryKeys.runList(filter), (page, signal) =>
    callApi(api.runs.list, { query: { ...filter, ...page } }, { signal }),
  );
}

/** A run with every node run, message and wait, and the version that it runs. */
export function useRun(id: string) {
  return useQuery({
    queryKey: queryKeys.run(id),
    queryFn: ({ signal }) => callApi(api.runs.get, { params: { id } }, { signal }),
  });
}

/** Cancelling and retrying. */
export function useRunActions() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: queryKeys.runs });
  return {
    cancel: useMutation({ mutationFn: (id: string) => callApi(api.runs.cancel, { params: { id } }), onSuccess }),
    retry: useMutation({ mutationFn: (id: string) => callApi(api.runs.retry, { params: { id } }), onSuccess }),
  };
}
