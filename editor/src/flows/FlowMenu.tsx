import { ActionIcon, Menu } from '@mantine/core';
import type { FlowSummary } from '@heddle/schemas/api';
import { IconCopy, IconDots, IconFileExport, IconPencil, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { notifyDone, notifyProblem, notifyUndo } from '../shared/notify.tsx';
import { exportFlow } from './export-flow.ts';
import { useFlowActions } from './flow-queries.ts';

/** What can be done with a flow without opening it. Deleting asks nothing and can be undone. */
export function FlowMenu({ flow, isEditor }: { flow: Pick<FlowSummary, 'id' | 'name'>; isEditor: boolean }) {
  const { duplicate, remove, restore } = useFlowActions();
  const [, navigate] = useLocation();
  const deleteFlow = () =>
    remove.mutate(flow.id, {
      onSuccess: () =>
        notifyUndo(`“${flow.name}” was deleted.`, () =>
          restore.mutate(flow.id, { onSuccess: () => notifyDone(`“${flow.name}” is back.`), onError: notifyProblem }),
        ),
      onError: notifyProblem,
    });
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={`More about ${flow.name}`}
          data-testid="flow-menu"
        >
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} href={`/flows/${flow.id}`} leftSection={<IconPencil size={16} />}>
          Open
        </Menu.Item>
        <Menu.Item component={Link} href={`/runs?flow=${flow.id}`} leftSection={<IconPlayerPlay size={16} />}>
          Runs
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFileExport size={16} />}
          onClick={() => void exportFlow(flow.id).catch(notifyProblem)}
          data-testid="flow-export"
        >
          Export file
        </Menu.Item>
        {isEditor && (
          <>
            <Menu.Item
              leftSection={<IconCopy size={16} />}
              onClick={() =>
                duplicate.mutate(flow.id, {
                  onSuccess: (copy) => navigate(`/flows/${copy.id}`),
                  onError: notifyProblem,
                })
              }
              data-testid="flow-duplicate"
            >
              Duplicate
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={deleteFlow} data-testid="flow-delete">
              Delete
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
