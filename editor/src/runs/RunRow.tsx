import { Group, Text, Tooltip } from '@mantine/core';
import type { RunSummary } from '@heddle/schemas/api';
import { Link } from 'wouter';
import { useNodeTypes } from '../flows/flow-queries.ts';
import { ContactName } from '../shared/ContactName.tsx';
import { aboveRowClass, rowLinkClass } from '../shared/DataTable.tsx';
import { NodeIcon } from '../shared/NodeIcon.tsx';
import { durationText } from '../shared/relative-time.ts';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { StatusPill } from '../shared/StatusPill.tsx';

/** One run in the list. */
export function RunRow({ run }: { run: RunSummary }) {
  const { data: types } = useNodeTypes();
  const trigger = types?.items.find((definition) => definition.type === run.trigger);
  return (
    <tr data-testid="run-row" data-run-id={run.id}>
      <td>
        <Link href={`/runs/${run.id}`} className={rowLinkClass}>
          {run.flowName}
        </Link>{' '}
        <Text span size="xs" c="dimmed">
          v{run.flowVersion}
        </Text>
      </td>
      <td>
        <ContactName contact={run.contact} />
      </td>
      <td>
        <Group gap={6} wrap="nowrap" c="dimmed">
          <NodeIcon name={trigger?.icon} size={16} />
          <Text size="sm" truncate>
            {trigger?.title ?? run.trigger}
          </Text>
        </Group>
      </td>
      <td>
        <Tooltip label={run.error?.message} disabled={run.error === null} multiline maw={360}>
          <span className={aboveRowClass}>
            <StatusPill status={run.status} />
          </span>
        </Tooltip>
      </td>
      <td>
        <Text size="sm" c="dimmed" component="span" className={aboveRowClass}>
          <RelativeTime at={run.startedAt} />
        </Text>
      </td>
      <td>
        <Text size="sm" c="dimmed" className="tabular" style={{ whiteSpace: 'nowrap' }}>
          {run.endedAt === null ? '' : durationText(Date.parse(run.endedAt) - Date.parse(run.startedAt))}
        </Text>
      </td>
    </tr>
  );
}
