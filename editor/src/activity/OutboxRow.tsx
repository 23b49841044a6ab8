import { Anchor, Stack, Text } from '@mantine/core';
import type { OutboxView } from '@heddle/schemas/api';
import { Link } from 'wouter';
import { useHasRole } from '../api/session-queries.ts';
import { ContactName } from '../shared/ContactName.tsx';
import { aboveRowClass, rowLinkClass } from '../shared/DataTable.tsx';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { StatusPill } from '../shared/StatusPill.tsx';
import { ACTION_TITLES } from './action-titles.ts';
import { SettleMenu } from './SettleMenu.tsx';

/** One message: its words, person, state with the reason, and where it came from. */
export function OutboxRow({ row }: { row: OutboxView }) {
  const isEditor = useHasRole('editor');
  return (
    <tr data-testid="outbox-row" data-state={row.state}>
      <td>
        <Text size="xs" c="dimmed" lh={1.3}>
          {ACTION_TITLES[row.kind] ?? row.kind}
        </Text>
        {row.runId === null ? (
          <Text size="sm" lineClamp={2}>
            {row.summary}
          </Text>
        ) : (
          <Link href={`/runs/${row.runId}`} className={rowLinkClass}>
            <Text size="sm" span fw={500} lineClamp={2}>
              {row.summary === '' ? '(no text)' : row.summary}
            </Text>
          </Link>
        )}
        {row.reason !== null && (
          <Text size="xs" c={row.state === 'failed' ? 'red' : 'dimmed'} mt={2}>
            {row.reason}
          </Text>
        )}
      </td>
      <td>
        <ContactName contact={row.contact} />
      </td>
      <td>
        <Stack gap={6} align="flex-start">
          <StatusPill status={row.state} />
          {row.state === 'unknown' && isEditor && <SettleMenu id={row.id} />}
        </Stack>
      </td>
      <td>
        <Text size="sm" truncate maw={220}>
          {row.nodeTitle}
        </Text>
        {row.flowId === null ? null : (
          <Anchor
            component={Link}
            href={`/flows/${row.flowId}?node=${row.node}`}
            size="xs"
            c="dimmed"
            className={aboveRowClass}
          >
            {row.flowName}
          </Anchor>
        )}
      </td>
      <td>
        <Text size="sm" c="dimmed" component="span" className={aboveRowClass} style={{ whiteSpace: 'nowrap' }}>
          <RelativeTime at={row.createdAt} />
        </Text>
      </td>
    </tr>
  );
}
