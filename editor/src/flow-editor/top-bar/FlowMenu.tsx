import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import {
  IconCopy,
  IconDots,
  IconDownload,
  IconHistory,
  IconKeyboard,
  IconListDetails,
  IconTrash,
} from '@tabler/icons-react';
import { useLocation } from 'wouter';
import { exportFlow } from '../../flows/export-flow.ts';
import { useFlowActions } from '../../flows/flow-queries.ts';
import { notifyProblem, notifyUndo } from '../../shared/notify.tsx';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { useFlowSession } from '../sync/flow-session-context.ts';

interface FlowMenuProps {
  onVersions(): void;
  onShortcuts(): void;
}

/** What is needed now and then: versions, runs, export, copy, delete. */
export function FlowMenu({ onVersions, onShortcuts }: FlowMenuProps) {
  const session = useFlowSession();
  const store = useEditorStore();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const { duplicate, remove, restore } = useFlowActions();
  const [, navigate] = useLocation();
  const copy = async () => {
    try {
      await session.flush();
      const made = await duplicate.mutateAsync(session.flowId);
      navigate(`/flows/${made.id}`);
    } catch (error) {
      notifyProblem(error);
    }
  };
  const exportFile = async () => {
    try {
      await session.flush();
      await exportFlow(session.flowId);
    } catch (error) {
      notifyProblem(error);
    }
  };
  const removeFlow = async () => {
    const { name } = store.getState().document;
    const id = session.flowId;
    try {
      await session.flush();
      // Leave first: a page that still shows the flow would ask for what is no longer there.
      navigate('/flows');
      await remove.mutateAsync(id);
      notifyUndo(`Deleted "${name}"`, () => {
        // This menu is gone by then, and with it the callbacks of `mutate`; the promise is not.
        void restore.mutateAsync(id).then(() => navigate(`/flows/${id}`), notifyProblem);
      });
    } catch (error) {
      notifyProblem(error);
    }
  };
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Tooltip label="More">
          <ActionIcon variant="subtle" color="gray" size={34} aria-label="More for this flow" data-testid="flow-menu">
            <IconDots size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconHistory size={16} />} onClick={onVersions}>
          Versions
        </Menu.Item>
        <Menu.Item leftSection={<IconListDetails size={16} />} onClick={() => navigate(`/runs?flow=${session.flowId}`)}>
          Runs of this flow
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => void exportFile()}>
          Export as a file
        </Menu.Item>
        {!isReadOnly && (
          <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => void copy()}>
            Duplicate
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={onShortcuts}>
          Keyboard shortcuts
        </Menu.Item>
        {!isReadOnly && (
          <>
            <Menu.Divider />
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => void removeFlow()}>
              Delete
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
