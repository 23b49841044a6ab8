import { api } from '@heddle/schemas/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';

/** Connected accounts. */
export function useConnections() {
  return useQuery({
    queryKey: queryKeys.connections,
    queryFn: ({ signal }) => callApi(api.connections.list, {}, { signal }),
  });
}

/** Everything that can be done with an account. */
export function useConnectionActions() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: queryKeys.connections });
  return {
    /** Gives the address at the platform to send the browser to. */
    connectInstagram: useMutation({ mutationFn: () => callApi(api.connections.instagramAuthUrl, {}) }),
    verify: useMutation({ mutationFn: (id: string) => callApi(api.connections.verify, { params: { id } }), onSuccess }),
    refresh: useMutation({
      mutationFn: (id: string) => callApi(api.connections.refresh, { params: { id } }),
      onSuccess,
    }),
    makeDefault: useMutation({
      mutationFn: (id: string) => callApi(api.connections.makeDefault, { params: { id } }),
      onSuccess,
    }),
    disconnect: useMutation({
      mutationFn: (id: string) => callApi(api.connections.disconnect, { params: { id } }),
      onSuccess,
    }),
  };
}
