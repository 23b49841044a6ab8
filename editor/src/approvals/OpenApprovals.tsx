import { Button, Checkbox, Group, Text } from '@mantine/core';
import { IconCheck, IconCircleCheck, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useHasRole } from '../api/session-queries.ts';
import { LoadMore } from '../shared/LoadMore.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { ApprovalCard } from './ApprovalCard.tsx';
import { useOpenApprovals } from './approval-queries.ts';
import { keyOf } from './decision-desk.ts';
import { useApprovalKeys } from './use-approval-keys.ts';
import { useDecide, useTaken } from './use-decision-desk.ts';
import { useOthersDecisions } from './use-others-decisions.ts';
import classes from './Approvals.module.css';

/** Every question that waits, oldest first: decide one by one, by keyboard, or several at once. */
export function OpenApprovals() {
  const list = useOpenApprovals();
  const taken = useTaken();
  const isEditor = useHasRole('editor');
  const decide = useDecide();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [notes, setNotes] = useState<ReadonlyMap<string, string>>(new Map());
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const [isByKeyboard, setIsByKeyboard] = useState(false);
  useOthersDecisions(list.data === undefined ? undefined : list.items);
  const items = list.items.filter((item) => !taken.has(keyOf(item)));
  // What was decided, here or elsewhere, is selected no longer.
  const chosen = items.filter((item) => selected.has(keyOf(item)));
  const found = items.findIndex((item) => keyOf(item) === activeKey);
  const activeIndex = found === -1 ? 0 : found;

  const decideThese = (which: typeof items, decision: 'approved' | 'rejected') => {
    // The keyboard goes on with the next one that stays, else with the one before.
    const gone = new Set(which.map(keyOf));
    const next =
      items.slice(activeIndex).find((item) => !gone.has(keyOf(item))) ??
      items.toReversed().find((item) => !gone.has(keyOf(item)));
    setActiveKey(next === undefined ? null : keyOf(next));
    decide(which, decision, notes);
    setSelected(new Set());
  };
  const toggle = (key: string, isOn: boolean) =>
    setSelected((before) => {
      const next = new Set(before);
      if (isOn) next.add(key);
      else next.delete(key);
      return next;
    });
  useApprovalKeys({
    isOn: items.length > 0,
    onMove: (step) => {
      const next = items[Math.max(0, Math.min(items.length - 1, activeIndex + step))];
      if (next === undefined) return;
      setActiveKey(keyOf(next));
      setIsByKeyboard(true);
    },
    onDecide: (decision) => {
      const active = items[activeIndex];
      if (isEditor && active !== undefined) decideThese(chosen.length > 0 ? chosen : [active], decision);
    },
    onSelect: () => {
      const active = items[activeIndex];
      if (isEditor && active !== undefined) toggle(keyOf(active), !selected.has(keyOf(active)));
    },
  });

  if (list.isPending) return <LoadingRows rows={3} height={150} />;
  if (list.isError && list.data === undefined)
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (items.length === 0)
    return (
      <EmptyState icon={IconCircleCheck} title={list.hasNextPage ? 'These are done' : 'Nothing waits for you'}>
        {list.hasNextPage
          ? 'Load the next ones to go on.'
          : 'When a flow comes to “Wait for approval”, its question appears here at once.'}
        <LoadMore pages={list} />
      </EmptyState>
    );
  return (
    <>
      {!isEditor && (
        <Text size="sm" c="dimmed" mb="sm">
          You can look at these; deciding takes the role of an editor.
        </Text>
      )}
      {isEditor && items.length > 1 && (
        <div className={classes['bar']} data-chosen={chosen.length > 0 || undefined}>
          <Checkbox
            label={chosen.length === 0 ? `Select all ${items.length}` : `${chosen.length} selected`}
            checked={chosen.length === items.length}
            indeterminate={chosen.length > 0 && chosen.length < items.length}
            onChange={(event) => setSelected(new Set(event.currentTarget.checked ? items.map(keyOf) : []))}
            data-testid="select-all"
          />
          {chosen.length > 0 && (
            <Group gap={8} wrap="nowrap">
              <Button
                size="xs"
                leftSection={<IconCheck size={15} />}
                onClick={() => decideThese(chosen, 'approved')}
                data-testid="approve-many"
              >
                Approve {chosen.length}
              </Button>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconX size={15} />}
                onClick={() => decideThese(chosen, 'rejected')}
                data-testid="reject-many"
              >
                Reject {chosen.length}
              </Button>
            </Group>
          )}
        </div>
      )}
      <div className={classes['list']}>
        {items.map((approval, index) => {
          const key = keyOf(approval);
          return (
            <ApprovalCard
              key={key}
              approval={approval}
              isActive={index === activeIndex}
              isScrolledTo={isByKeyboard && index === activeIndex}
              isEditor={isEditor}
              isSelected={selected.has(key)}
              note={notes.get(key) ?? ''}
              onSelect={(isOn) => toggle(key, isOn)}
              onNote={(note) => setNotes((before) => new Map(before).set(key, note))}
              onDecide={(decision) => decideThese([approval], decision)}
              onActive={() => {
                setActiveKey(key);
                setIsByKeyboard(false);
              }}
            />
          );
        })}
      </div>
      <LoadMore pages={list} />
    </>
  );
}
