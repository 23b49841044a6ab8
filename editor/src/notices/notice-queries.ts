import { api } from '@heddle/schemas/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { callApi } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import { usePageList } from '../api/use-page-list.ts';

/** What members should know, newest first. */
export function useNotices() {
  return usePageList(queryKeys.notices, (page, signal) =>
    callApi(api.attention.notices, { query: { ...page, limit: 30 } }, { signal }),
  );
}

/** Marks notices as seen by me. Undefined ids: all of them. */
export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: readonly string[] | undefined) =>
      callApi(api.attention.read, { body: ids === undefined ? {} : { ids: [...ids] } }),
    onSuccess: (attention) => {
      client.setQueryData(queryKeys.attention, attention);
      return client.invalidateQueries({ queryKey: queryKeys.notices });
    },
  });
}
