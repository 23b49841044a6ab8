import { Button, Group, SegmentedControl, Select, SimpleGrid, Text } from '@mantine/core';
import { DRAFT_FILTERS, type DraftFilter } from '@heddle/schemas/api';
import { IconChecks, IconClipboardCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { LoadMore } from '../shared/LoadMore.tsx';
import { notifyDone, notifyProblem, notifyUndo } from '../shared/notify.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { useSearchFilter } from '../shared/use-search-filter.ts';
import { useCatalogActions, useCatalogSettings, useDraftList } from './catalog-queries.ts';
import { DraftCard } from './DraftCard.tsx';
import classes from './Catalog.module.css';

const TITLES: Readonly<Record<DraftFilter, string>> = {
  all: 'All',
  high: 'Sure',
  low: 'To look at',
  expiring: 'Ending soon',
};

/** Drafts that wait for a decision. */
export function DraftsView({ isEditor }: { isEditor: boolean }) {
  const [filterText, setFilter] = useSearchFilter('filter');
  const filter = DRAFT_FILTERS.find((known): known is DraftFilter => known === filterText) ?? 'all';
  const list = useDraftList(filter);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const chosen = list.items.filter((draft) => selected.has(draft.id));
  const select = (id: string, isSelected: boolean) => {
    const next = new Set(selected);
    if (isSelected) next.add(id);
    else next.delete(id);
    setSelected(next);
  };
  return (
    <>
      <Group mb="md" gap="sm" justify="space-between">
        <SegmentedControl
          className={classes['filters']}
          data={DRAFT_FILTERS.map((value) => ({
            value,
            label: list.counts === undefined ? TITLES[value] : `${TITLES[value]} ${list.counts[value]}`,
          }))}
          value={filter}
          onChange={(value) => setFilter(value === 'all' ? null : value)}
          aria-label="Filter drafts"
        />
        {isEditor && (
          <Group gap="xs">
            <Button
              variant="subtle"
              size="sm"
              onClick={() =>
                setSelected(
                  chosen.length > 0
                    ? new Set()
                    : new Set(
                        list.items
                          .filter((draft) => !draft.needsReview && draft.priceMinor !== null)
                          .map((draft) => draft.id),
                      ),
                )
              }
              data-testid="select-sure"
            >
              {chosen.length > 0 ? 'Select none' : 'Select all sure ones'}
            </Button>
            <ApproveMany ids={chosen.map((draft) => draft.id)} onDone={() => setSelected(new Set())} />
          </Group>
        )}
      </Group>
      {list.isPending && <LoadingRows rows={3} height={230} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && list.items.length === 0 && (
        <EmptyState icon={IconClipboardCheck} title={filter === 'all' ? 'No drafts wait' : 'No draft fits'}>
          {filter === 'all'
            ? '“Scan posts” reads your posts and makes a draft of each product it finds. You check it here; nothing becomes a product by itself unless you say so.'
            : 'Try another filter.'}
        </EmptyState>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        {list.items.map((draft) => (
          <DraftCard
            key={draft.id}
            draft={draft}
            isEditor={isEditor}
            isSelected={selected.has(draft.id)}
            onSelect={(isSelected) => select(draft.id, isSelected)}
          />
        ))}
      </SimpleGrid>
      <LoadMore pages={list} />
      {isEditor && <AutoApprove />}
    </>
  );
}

function ApproveMany({ ids, onDone }: { ids: string[]; onDone: () => void }) {
  const { approveMany, reopen } = useCatalogActions();
  const approve = () =>
    approveMany.mutate(ids, {
      onError: notifyProblem,
      onSuccess: ({ approved, refused }) => {
        onDone();
        if (approved.length > 0)
          notifyUndo(
            `${approved.length} ${approved.length === 1 ? 'draft is a product' : 'drafts are products'} now.`,
            () => reopen.mutate(approved, { onError: notifyProblem }),
          );
        for (const { reason } of refused.slice(0, 3)) notifyDone(`Not approved: ${reason}`);
      },
    });
  return (
    <Button
      leftSection={<IconChecks size={17} />}
      disabled={ids.length === 0}
      loading={approveMany.isPending}
      onClick={approve}
      data-testid="approve-many"
    >
      {ids.length === 0 ? 'Approve selected' : `Approve ${ids.length}`}
    </Button>
  );
}

const LEVELS = [
  { value: '', label: 'Never: I approve each' },
  { value: '0.95', label: 'From 95 % sure' },
  { value: '0.9', label: 'From 90 % sure' },
  { value: '0.8', label: 'From 80 % sure' },
];

function AutoApprove() {
  const { data: settings } = useCatalogSettings();
  const { changeSettings } = useCatalogActions();
  if (settings === undefined) return null;
  const value = settings.autoApproveFrom === null ? '' : String(settings.autoApproveFrom);
  return (
    <Group mt="xl" gap="sm">
      <Text size="sm" c="dimmed">
        Approve drafts by themselves
      </Text>
      <Select
        size="xs"
        w={200}
        data={
          LEVELS.some((level) => level.value === value)
            ? LEVELS
            : [...LEVELS, { value, label: `From ${Math.round(Number(value) * 100)} % sure` }]
        }
        value={value}
        allowDeselect={false}
        aria-label="Approve drafts by themselves"
        onChange={(next) =>
          changeSettings.mutate(
            { ...settings, autoApproveFrom: next === null || next === '' ? null : Number(next) },
            { onSuccess: () => notifyDone('Saved. It counts from the next scan on.'), onError: notifyProblem },
          )
        }
      />
    </Group>
  );
}
