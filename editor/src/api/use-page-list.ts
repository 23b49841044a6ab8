import { useInfiniteQuery } from '@tanstack/react-query';

/** A page of a list, as the API gives it. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/**
 * A list that is loaded page by page. While a filter changes the old rows stay until the new ones are here.
 *
 * @param fetchPage Loads the page behind a cursor; the first page has none, given as an empty object to spread into the query.
 */
export function usePageList<Item>(
  queryKey: readonly unknown[],
  fetchPage: (page: { cursor?: string }, signal: AbortSignal) => Promise<ListPage<Item>>,
) {
  const query = useInfiniteQuery({
    queryKey,
    initialPageParam: undefined as string | undefined, // no cursor for the first page
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam === undefined ? {} : { cursor: pageParam }, signal),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: (previous) => previous,
  });
  return { ...query, items: query.data?.pages.flatMap((page) => page.items) ?? [] };
}
