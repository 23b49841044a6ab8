import { ActionIcon, Group, SegmentedControl, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { PastEventsPanel } from '../back-test/PastEventsPanel.tsx';
import { CaseList } from '../cases/CaseList.tsx';
import { useEditorStore } from '../store/editor-context.ts';

/** Ways to try a draft before it is published: its own test cases, and what really came in. */
export function TestPanel({ onClose }: { onClose(): void }) {
  const store = useEditorStore();
  const [shown, setShown] = useState('cases');
  // The path of a test is drawn over the canvas; it goes when the panel goes.
  useEffect(() => () => store.getState().setOverlay(null), [store]);
  return (
    <aside className="fe-tests" aria-label="Tests">
      <Group justify="space-between" p="md" pb="xs" wrap="nowrap">
        <SegmentedControl
          size="xs"
          value={shown}
          onChange={setShown}
          aria-label="What to test with"
          data={[
            { value: 'cases', label: 'Test cases' },
            { value: 'past', label: 'Past events' },
          ]}
        />
        <Tooltip label="Close">
          <ActionIcon variant="subtle" color="gray" aria-label="Close the tests" onClick={onClose}>
            <IconX size={17} />
          </ActionIcon>
        </Tooltip>
      </Group>
      {shown === 'cases' ? <CaseList /> : <PastEventsPanel />}
    </aside>
  );
}
