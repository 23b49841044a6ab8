import { api } from '@heddle/schemas/api';
import { useQuery } from '@tanstack/react-query';
import { callApi } from '../../api/client.ts';
import { queryKeys } from '../../api/query-keys.ts';

/** Newest posts of an account, for the post picker. */
export function useMedia(connectionId: string | null) {
  return useQuery({
    queryKey: queryKeys.media(connectionId ?? ''),
    queryFn: ({ signal }) =>
      callApi(api.connections.media, { params: { id: connectionId ?? '' }, query: { limit: 48 } }, { signal }),
    enabled: connectionId !== null,
  });
}
