import { Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { Link } from 'wouter';
import { ContactName } from '../shared/ContactName.tsx';
import { aboveRowClass, DataTable, rowLinkClass } from '../shared/DataTable.tsx';
import { LoadMore } from '../shared/LoadMore.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { StatusPill } from '../shared/StatusPill.tsx';
import { useDecisions } from './approval-queries.ts';

/** Who decided what, and why. */
export function DecisionList() {
  const list = useDecisions();
  if (list.isPending) return <LoadingRows rows={5} height={56} />;
  if (list.isError && list.data === undefined)
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (list.items.length === 0)
    return (
      <EmptyState icon={IconHistory} title="Nothing was decided yet">
        Each decision is listed here with who made it and why.
      </EmptyState>
    );
  return (
    <>
      <DataTable label="Decisions" columns={['Question', 'About', 'Decision', 'By', 'When']}>
        {list.items.map((decision) => (
          <tr key={decision.id} data-testid="decision" data-decision={decision.decision}>
            <td>
              <Link href={`/runs/${decision.runId}`} className={rowLinkClass}>
                {decision.title === '' ? decision.flowName : decision.title}
              </Link>
              <Text size="xs" c="dimmed">
                {decision.flowName}
              </Text>
              {decision.note !== null && (
                <Text size="sm" mt={2}>
                  “{decision.note}”
                </Text>
              )}
            </td>
            <td>{decision.contact === null ? null : <ContactName contact={decision.contact} />}</td>
            <td>
              <StatusPill status={decision.decision} />
            </td>
            <td>
              <Text size="sm" truncate>
                {decision.by === '' ? 'A member' : decision.by}
              </Text>
            </td>
            <td>
              <Text size="sm" c="dimmed" component="span" className={aboveRowClass}>
                <RelativeTime at={decision.decidedAt} />
              </Text>
            </td>
          </tr>
        ))}
      </DataTable>
      <LoadMore pages={list} />
    </>
  );
}
