import { api, type CatalogSettings, type DraftFilter, type ProductDraft } from '@heddle/schemas/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi, type CallInput } from '../api/client.ts';
import { usePageList } from '../api/use-page-list.ts';

const KEY = ['catalog'] as const;
/** How often a scan under way is looked at. */
const WATCH_MS = 1_000;

/** Drafts that wait, page by page; the counts of all filters come with each page. */
export function useDraftList(filter: DraftFilter) {
  const query = usePageList([...KEY, 'drafts', filter], (page, signal) =>
    callApi(api.catalog.drafts, { query: { filter, ...page } }, { signal }),
  );
  const first = query.data?.pages[0];
  // usePageList knows pages as items and cursor; this list's pages carry the counts too.
  const counts = first !== undefined && 'counts' in first ? (first.counts as Record<DraftFilter, number>) : undefined;
  return { ...query, counts };
}

/** Products, newest first. */
export function useProductList(search: string) {
  return usePageList([...KEY, 'products', search], (page, signal) =>
    callApi(api.catalog.products, { query: { ...(search === '' ? {} : { search }), ...page } }, { signal }),
  );
}

/** Scans, newest first; looked at again and again while one is under way. */
export function useSyncHistory() {
  return useQuery({
    queryKey: [...KEY, 'history'],
    queryFn: ({ signal }) => callApi(api.catalog.syncHistory, { query: { limit: 20 } }, { signal }),
    refetchInterval: ({ state }) => (state.data?.items[0]?.status === 'running' ? WATCH_MS : false),
  });
}

export function useCatalogSettings() {
  return useQuery({
    queryKey: [...KEY, 'settings'],
    queryFn: ({ signal }) => callApi(api.catalog.settings, {}, { signal }),
  });
}

/**
 * What is done to drafts reaches the server in the order in which it was done: whoever types a price and presses "Approve" next has left the
 * field with the same click, and the product must get that price.
 */
const scope = { id: 'catalog-drafts' };

/** Loads drafts and products anew, for what happened on the server. */
export function useRefreshCatalog(): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: KEY });
}

/** Everything that can be done on the Catalog page. */
export function useCatalogActions() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: KEY });
  return {
    scan: useMutation({
      mutationFn: (body: NonNullable<CallInput<typeof api.catalog.scan>['body']>) =>
        callApi(api.catalog.scan, { body }),
      onSuccess,
    }),
    cancelScan: useMutation({
      mutationFn: (id: string) => callApi(api.catalog.cancelScan, { params: { id } }),
      onSuccess,
    }),
    change: useMutation({
      scope,
      mutationFn: ({ id, body }: { id: string; body: DraftChange }) =>
        callApi(api.catalog.changeDraft, { params: { id }, body }),
      onSuccess,
    }),
    approve: useMutation({
      scope,
      mutationFn: (id: string) => callApi(api.catalog.approveDraft, { params: { id } }),
      onSuccess,
    }),
    reject: useMutation({
      scope,
      mutationFn: ({ id, reason }: { id: string; reason?: string }) =>
        callApi(api.catalog.rejectDraft, { params: { id }, body: reason === undefined ? {} : { reason } }),
      onSuccess,
    }),
    reopen: useMutation({
      scope,
      mutationFn: (ids: readonly string[]) =>
        Promise.all(ids.map((id) => callApi(api.catalog.reopenDraft, { params: { id } }))),
      onSuccess,
    }),
    approveMany: useMutation({
      scope,
      mutationFn: (ids: string[]) => callApi(api.catalog.batchApprove, { body: { ids } }),
      onSuccess,
    }),
    changeSettings: useMutation({
      mutationFn: (body: CatalogSettings) => callApi(api.catalog.changeSettings, { body }),
      onSuccess,
    }),
  };
}

/** What a person may correct. */
export type DraftChange = Partial<Pick<ProductDraft, 'name' | 'description' | 'priceMinor' | 'currency' | 'category'>>;
