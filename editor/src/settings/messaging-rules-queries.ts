import type { MessagingRules } from '@heddle/schemas';
import { api } from '@heddle/schemas/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi } from '../api/client.ts';

const key = ['messaging-rules'] as const;

/** What the workspace allows its flows to send in private. */
export function useMessagingRules() {
  return useQuery({ queryKey: key, queryFn: ({ signal }) => callApi(api.messagingRules.get, {}, { signal }) });
}

/** Saves the rules as a whole. */
export function useSaveMessagingRules() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: MessagingRules) => callApi(api.messagingRules.save, { body }),
    onSuccess: (saved) => client.setQueryData(key, saved),
  });
}
