import { Button, Center } from '@mantine/core';

/** What a paged list offers to load more; the shape of React Query's infinite result. */
interface Pages {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  fetchNextPage(): Promise<unknown>;
}

/** A button below a list that loads the next page; nothing when all is there. */
export function LoadMore({ pages }: { pages: Pages }) {
  if (!pages.hasNextPage) return null;
  return (
    <Center mt="lg">
      <Button
        variant="default"
        loading={pages.isFetchingNextPage}
        onClick={() => void pages.fetchNextPage()}
        data-testid="load-more"
      >
        Show more
      </Button>
    </Center>
  );
}
