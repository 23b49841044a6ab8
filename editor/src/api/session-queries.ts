import { api, type Role } from '@heddle/schemas/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi, requestJson } from './client.ts';
import { queryKeys } from './query-keys.ts';

/** Who is signed in, in which workspace. */
export function useSession() {
  return useQuery({
    queryKey: queryKeys.session,
    queryFn: ({ signal }) => callApi(api.session.get, {}, { signal }),
    staleTime: 300_000,
  });
}

const RANK: Readonly<Record<Role, number>> = { viewer: 0, editor: 1, owner: 2 };

/** Whether the signed-in member has at least this role; false while unknown. */
export function useHasRole(role: Role): boolean {
  const { data } = useSession();
  return data !== undefined && RANK[data.role] >= RANK[role];
}

/** Signs in with e-mail and password. @throws ApiProblem 401 for a wrong pair. */
export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; password: string }) =>
      requestJson('/api/auth/sign-in/email', { method: 'POST', body, isSignInCall: true }),
    onSuccess: () => client.resetQueries(),
  });
}

/** Ends the session and forgets everything that was loaded. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => requestJson('/api/auth/sign-out', { method: 'POST', body: {} }),
    onSuccess: () => client.clear(),
  });
}

/** Changes to another workspace of the member; everything shown belongs to the old one, so all of it is loaded anew. */
export function useSwitchWorkspace() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (workspaceId: string) => callApi(api.session.switch, { body: { workspaceId } }),
    onSuccess: () => client.resetQueries(),
  });
}
