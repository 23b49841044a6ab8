import { Button, Group, SegmentedControl, Select, Switch } from '@mantine/core';
import { EVENT_STATES, type EventState } from '@heddle/schemas';
import { IconInbox, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useHasRole } from '../api/session-queries.ts';
import { LoadMore } from '../shared/LoadMore.tsx';
import { notifyDone, notifyProblem } from '../shared/notify.tsx';
import { Page, PageHeader } from '../shared/PageHeader.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { statusLabel } from '../shared/StatusPill.tsx';
import { useSearchFilter } from '../shared/use-search-filter.ts';
import { EventItem } from './EventItem.tsx';
import { useEventList, useReplayAll } from './event-queries.ts';
import { EVENT_CHOICES, isReceipt } from './event-titles.ts';
import surface from '../shared/Surface.module.css';
import { emptyWords } from './empty-words.ts';
import classes from './EventsPage.module.css';

const CHOICES = [
  { value: 'all', label: 'All' },
  ...EVENT_STATES.filter((state) => state !== 'processing').map((value) => ({ value, label: statusLabel(value) })),
];

/** What came in from the platforms, what became of it, and which flows did not fire and why. */
export function EventsPage() {
  const [stateText, setState] = useSearchFilter('state');
  const [openId, setOpenId] = useState<string | null>(null);
  const state = EVENT_STATES.find((known): known is EventState => known === stateText);
  const [hasReceipts, setHasReceipts] = useState(false);
  const [kindText, setKind] = useSearchFilter('kind');
  const kind = EVENT_CHOICES.find(({ value }) => value === kindText)?.value;
  const list = useEventList({ ...(state === undefined ? {} : { state }), ...(kind === undefined ? {} : { kind }) });
  const items = hasReceipts ? list.items : list.items.filter((event) => !isReceipt(event.kind));
  const empty = emptyWords({ state, isOfKind: kind !== undefined }, list.items.length - items.length);
  return (
    <Page width={980}>
      <PageHeader
        title="Events"
        lead="Everything that came in: which flow took it, and why the others did not."
        actions={
          state === 'failed' && items.length > 1 ? <ReplayAll ids={items.map((event) => event.id)} /> : undefined
        }
      />
      <Group mb="md" gap="sm">
        <SegmentedControl
          className={classes['states']}
          data={CHOICES}
          value={state ?? 'all'}
          onChange={(value) => setState(value === 'all' ? null : value)}
          aria-label="Filter by state"
        />
        <Select
          data={EVENT_CHOICES}
          value={kind ?? null}
          onChange={setKind}
          clearable
          placeholder="Any kind"
          aria-label="Filter by kind"
          w={210}
          data-testid="filter-kind"
        />
        <Switch
          label="Our own messages and read receipts"
          size="sm"
          checked={hasReceipts}
          onChange={(event) => setHasReceipts(event.currentTarget.checked)}
        />
      </Group>
      {list.isPending && <LoadingRows rows={6} height={56} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && items.length === 0 && (
        <EmptyState icon={IconInbox} title={empty.title}>
          {empty.text}
        </EmptyState>
      )}
      {items.length > 0 && (
        <ul className={`${surface['surface']} ${classes['list']}`} aria-label="Events">
          {items.map((event) => (
            <EventItem
              key={event.id}
              event={event}
              isOpen={openId === event.id}
              onToggle={() => setOpenId(openId === event.id ? null : event.id)}
            />
          ))}
        </ul>
      )}
      <LoadMore pages={list} />
    </Page>
  );
}

/** For after a fault was mended: every failed event of the list gets another try. */
function ReplayAll({ ids }: { ids: readonly string[] }) {
  const replay = useReplayAll();
  if (!useHasRole('editor')) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={17} />}
      loading={replay.isPending}
      onClick={() =>
        replay.mutate(ids, {
          onSuccess: (count) =>
            notifyDone(count === 1 ? 'One event is taken again.' : `${count} events are taken again.`),
          onError: notifyProblem,
        })
      }
      data-testid="replay-all"
    >
      Take all {ids.length} again
    </Button>
  );
}
