import { api, type Role } from '@heddle/schemas/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';

/** API keys of the workspace, without their secrets. For owners only. */
export function useApiKeys(isEnabled: boolean) {
  return useQuery({
    queryKey: queryKeys.apiKeys,
    queryFn: ({ signal }) => callApi(api.session.listApiKeys, {}, { signal }),
    enabled: isEnabled,
  });
}

/** Making and revoking keys. A new key's secret is in the answer this once. */
export function useApiKeyActions() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: queryKeys.apiKeys });
  return {
    create: useMutation({
      mutationFn: (body: { name: string; role: Role; expiresAt?: string }) =>
        callApi(api.session.createApiKey, { body }),
      onSuccess,
    }),
    revoke: useMutation({
      mutationFn: (id: string) => callApi(api.session.revokeApiKey, { params: { id } }),
      onSuccess,
    }),
  };
}
