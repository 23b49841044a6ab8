import { api } from '@heddle/schemas/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import { usePageList } from '../api/use-page-list.ts';

/** What the contact list may be narrowed to. */
export interface ContactFilter {
  readonly search?: string;
  readonly tag?: string;
}

/** People who wrote to a connected account, last active first. */
export function useContactList(filter: ContactFilter) {
  return usePageList(queryKeys.contactList(filter), (page, signal) =>
    callApi(api.connections.contacts, { query: { ...filter, ...page } }, { signal }),
  );
}

/** One contact. */
export function useContact(id: string) {
  return useQuery({
    queryKey: queryKeys.contact(id),
    queryFn: ({ signal }) => callApi(api.connections.contact, { params: { id } }, { signal }),
  });
}

/** Keeps flows out of the conversation for so many minutes; 0 lets them answer again. */
export function useTakeOver(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (minutes: number) => callApi(api.connections.takeOver, { params: { id }, body: { minutes } }),
    onSuccess: (contact) => client.setQueryData(queryKeys.contact(id), contact),
  });
}
