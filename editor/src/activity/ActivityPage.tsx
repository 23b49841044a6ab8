import { Alert, Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { OUTBOX_STATES, type OutboxView } from '@heddle/schemas/api';
import { IconActivity, IconFileSpreadsheet, IconHelpCircle, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { FlowSelect } from '../flows/FlowSelect.tsx';
import { DataTable } from '../shared/DataTable.tsx';
import { downloadFile } from '../shared/download.ts';
import { LoadMore } from '../shared/LoadMore.tsx';
import { Page, PageHeader } from '../shared/PageHeader.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { statusLabel } from '../shared/StatusPill.tsx';
import { useSearchFilter } from '../shared/use-search-filter.ts';
import { ACTION_CHOICES } from './action-titles.ts';
import { OutboxRow } from './OutboxRow.tsx';
import { toCsv } from './outbox-csv.ts';
import { useOutboxList } from './outbox-queries.ts';

const STATE_CHOICES = OUTBOX_STATES.map((value) => ({ value, label: statusLabel(value) }));

/** Exactly what was sent, to whom, when, by which run and node. */
export function ActivityPage() {
  const [stateText, setState] = useSearchFilter('state');
  const [flowId, setFlowId] = useSearchFilter('flow');
  const [kindText, setKind] = useSearchFilter('kind');
  const kind = ACTION_CHOICES.find(({ value }) => value === kindText)?.value;
  const [search, setSearch] = useState('');
  const [words] = useDebouncedValue(search.trim(), 250);
  const state = OUTBOX_STATES.find((known): known is OutboxView['state'] => known === stateText);
  const list = useOutboxList({
    ...(state === undefined ? {} : { state }),
    ...(kind === undefined ? {} : { kind }),
    ...(flowId === null ? {} : { flowId }),
    ...(words === '' ? {} : { search: words }),
  });
  const unknown = useOutboxList({ state: 'unknown' });
  const isFiltered = [state, kind].some((filter) => filter !== undefined) || flowId !== null || words !== '';
  const { items } = list;
  return (
    <Page>
      <PageHeader
        title="Activity"
        lead="Everything Heddle sent in your name, and everything it held back, with the reason."
        actions={
          <Button
            variant="default"
            leftSection={<IconFileSpreadsheet size={17} />}
            disabled={items.length === 0}
            onClick={() => downloadFile('heddle-activity.csv', 'text/csv;charset=utf-8', toCsv(items))}
            data-testid="export-csv"
          >
            {exportWords(items.length, list.hasNextPage)}
          </Button>
        }
      />
      {unknown.items.length > 0 && state !== 'unknown' && (
        <Alert
          color="grape"
          variant="light"
          radius="lg"
          mb="md"
          icon={<IconHelpCircle />}
          title={
            unknown.items.length === 1
              ? 'One message needs your eyes'
              : `${unknown.items.length}${unknown.hasNextPage ? '+' : ''} messages need your eyes`
          }
        >
          <Group justify="space-between">
            <span>
              Whether it arrived cannot be known, so Heddle never sends it again by itself. Look at the conversation and
              say what became of it.
            </span>
            <Button size="xs" variant="default" onClick={() => setState('unknown')}>
              {unknown.items.length === 1 ? 'Show it' : 'Show them'}
            </Button>
          </Group>
        </Alert>
      )}
      <Group mb="md" gap="sm">
        <TextInput
          leftSection={<IconSearch size={16} />}
          placeholder="Search text or person"
          aria-label="Search activity"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          w={240}
        />
        <FlowSelect value={flowId} onChange={setFlowId} />
        <Select
          data={STATE_CHOICES}
          value={state ?? null}
          onChange={setState}
          clearable
          placeholder="Any state"
          aria-label="Filter by state"
          w={180}
          data-testid="filter-state"
        />
        <Select
          data={ACTION_CHOICES}
          value={kind ?? null}
          onChange={setKind}
          clearable
          placeholder="Anything sent"
          aria-label="Filter by kind"
          w={200}
          data-testid="filter-kind"
        />
      </Group>
      {list.isPending && <LoadingRows rows={6} height={56} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && items.length === 0 && (
        <EmptyState icon={IconActivity} title={isFiltered ? 'Nothing fits' : 'Nothing was sent yet'}>
          {isFiltered
            ? 'Try other words, another flow, kind or state.'
            : 'As soon as a flow answers somebody, the message is listed here.'}
        </EmptyState>
      )}
      {items.length > 0 && (
        <DataTable label="Activity" columns={['What', 'To', 'State', 'By', 'When']}>
          {items.map((row) => (
            <OutboxRow key={row.id} row={row} />
          ))}
        </DataTable>
      )}
      <LoadMore pages={list} />
    </Page>
  );
}

function exportWords(count: number, hasMore: boolean): string {
  if (count === 0) return 'Export rows';
  return `Export ${count}${hasMore ? ' loaded' : ''} ${count === 1 ? 'row' : 'rows'}`;
}
