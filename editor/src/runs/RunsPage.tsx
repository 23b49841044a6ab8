import { Group, Select } from '@mantine/core';
import { RUN_STATUSES, type RunStatus } from '@heddle/schemas';
import { IconPlayerPlay } from '@tabler/icons-react';
import { FlowSelect } from '../flows/FlowSelect.tsx';
import { DataTable } from '../shared/DataTable.tsx';
import { LoadMore } from '../shared/LoadMore.tsx';
import { Page, PageHeader } from '../shared/PageHeader.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { statusLabel } from '../shared/StatusPill.tsx';
import { useSearchFilter } from '../shared/use-search-filter.ts';
import { RunRow } from './RunRow.tsx';
import { useRunList } from './run-queries.ts';

const STATUS_CHOICES = RUN_STATUSES.map((value) => ({ value, label: statusLabel(value) }));

/** Every time a flow ran, newest first, live while it happens. */
export function RunsPage() {
  const [flowId, setFlowId] = useSearchFilter('flow');
  const [statusText, setStatus] = useSearchFilter('status');
  const status = RUN_STATUSES.find((known): known is RunStatus => known === statusText);
  const list = useRunList({ ...(flowId === null ? {} : { flowId }), ...(status === undefined ? {} : { status }) });
  const runs = list.items;
  const isFiltered = flowId !== null || status !== undefined;
  return (
    <Page>
      <PageHeader title="Runs" lead="Every time a flow ran: for whom, how far it came, and what it waits for." />
      <Group mb="md" gap="sm">
        <FlowSelect value={flowId} onChange={setFlowId} />
        <Select
          data={STATUS_CHOICES}
          value={status ?? null}
          onChange={setStatus}
          clearable
          placeholder="Any state"
          aria-label="Filter by state"
          w={170}
          data-testid="filter-status"
        />
      </Group>
      {list.isPending && <LoadingRows rows={6} height={52} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && runs.length === 0 && (
        <EmptyState icon={IconPlayerPlay} title={isFiltered ? 'No run fits' : 'No runs yet'}>
          {isFiltered
            ? 'Try another flow or state.'
            : 'Publish a flow, then write a comment or message with the practice phone: the run shows up here at once.'}
        </EmptyState>
      )}
      {runs.length > 0 && (
        <DataTable label="Runs" columns={['Flow', 'For', 'Started by', 'State', 'Started', 'Took']}>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </DataTable>
      )}
      <LoadMore pages={list} />
    </Page>
  );
}
