import { Page, PageHeader } from '../shared/PageHeader.tsx';
import { ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { useFlowList } from './flow-queries.ts';

/** All flows of the workspace. */
export function FlowsPage() {
  const list = useFlowList({});
  return (
    <Page>
      <PageHeader title="Flows" />
      {list.isPending && <LoadingRows />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.pages.flatMap((page) => page.items).map((flow) => <div key={flow.id}>{flow.name}</div>)}
    </Page>
  );
}
