import { ActionIcon, Button, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconChevronLeft,
  IconDeviceMobile,
  IconTestPipe,
} from '@tabler/icons-react';
import { Link } from 'wouter';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { FlowMenu } from './FlowMenu.tsx';
import { FlowName } from './FlowName.tsx';
import { IssueList } from './IssueList.tsx';
import { PublishControl } from './PublishControl.tsx';
import { SaveIndicator } from './SaveIndicator.tsx';

interface TopBarProps {
  readonly hasPhone: boolean;
  readonly isPhoneOpen: boolean;
  onPhone(): void;
  readonly isTestOpen: boolean;
  onTest(): void;
  onVersions(): void;
  onShortcuts(): void;
}

/** Name, state and actions of the flow. */
export function TopBar({ hasPhone, isPhoneOpen, onPhone, isTestOpen, onTest, onVersions, onShortcuts }: TopBarProps) {
  const isReadOnly = useEditor((state) => state.isReadOnly);
  return (
    <header className="fe-top" role="toolbar" aria-label="Flow">
      <Tooltip label="All flows">
        <ActionIcon
          component={Link}
          href="/flows"
          variant="subtle"
          color="gray"
          size={34}
          aria-label="Back to all flows"
        >
          <IconChevronLeft size={19} />
        </ActionIcon>
      </Tooltip>
      <FlowName />
      <SaveIndicator />
      <div className="fe-top-space" />
      {!isReadOnly && <UndoButtons />}
      <IssueList />
      <Tooltip label="Run the test cases of this flow">
        <Button
          variant={isTestOpen ? 'light' : 'subtle'}
          color={isTestOpen ? 'weave' : 'gray'}
          size="sm"
          px={10}
          leftSection={<IconTestPipe size={17} />}
          aria-pressed={isTestOpen}
          onClick={onTest}
          data-testid="toggle-tests"
        >
          <span className="fe-top-word">Test</span>
        </Button>
      </Tooltip>
      {hasPhone && (
        <Tooltip label="Play the customer on a phone">
          <Button
            variant={isPhoneOpen ? 'light' : 'subtle'}
            color={isPhoneOpen ? 'weave' : 'gray'}
            size="sm"
            px={10}
            leftSection={<IconDeviceMobile size={18} />}
            aria-pressed={isPhoneOpen}
            onClick={onPhone}
            data-testid="toggle-phone"
          >
            <span className="fe-top-word">Phone</span>
          </Button>
        </Tooltip>
      )}
      <FlowMenu onVersions={onVersions} onShortcuts={onShortcuts} />
      <PublishControl onTests={() => isTestOpen || onTest()} />
    </header>
  );
}

function UndoButtons() {
  const store = useEditorStore();
  const undoLabel = useEditor((state) => state.history.past.at(-1)?.label);
  const redoLabel = useEditor((state) => state.history.future.at(-1)?.label);
  return (
    <ActionIcon.Group>
      <Tooltip label={undoLabel === undefined ? 'Nothing to undo' : `Undo: ${undoLabel}`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          aria-label="Undo"
          disabled={undoLabel === undefined}
          onClick={() => store.getState().undo()}
        >
          <IconArrowBackUp size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={redoLabel === undefined ? 'Nothing to do again' : `Do again: ${redoLabel}`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          aria-label="Redo"
          disabled={redoLabel === undefined}
          onClick={() => store.getState().redo()}
        >
          <IconArrowForwardUp size={18} />
        </ActionIcon>
      </Tooltip>
    </ActionIcon.Group>
  );
}
