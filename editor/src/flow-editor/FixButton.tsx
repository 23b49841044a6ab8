import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconWand } from '@tabler/icons-react';
import type { Issue } from '@heddle/schemas';
import { useContext } from 'react';
import { notifyUndo } from '../shared/notify.tsx';
import { useCanvas } from './store/canvas-state.ts';
import { applyFix } from './store/edit-actions.ts';
import { EditorContext } from './store/editor-context.ts';

/** Settles an issue by one click, as one step that undo takes back. Nothing when the issue offers no change or the flow is only looked at. */
export function FixButton({ issue }: { readonly issue: Issue }) {
  const store = useContext(EditorContext);
  const isReadOnly = useCanvas((state) => state.isReadOnly);
  if (issue.fix === undefined || store === null || isReadOnly) return null;
  const apply = () => {
    const done = applyFix(store, issue);
    if (done === null)
      notifications.show({ color: 'yellow', message: 'The flow has changed in between; this does not fit any more.' });
    else notifyUndo(`Done: ${done.words}`, done.undo);
  };
  return (
    <Button
      className="fe-fix"
      variant="light"
      size="compact-xs"
      leftSection={<IconWand size={13} aria-hidden />}
      onClick={apply}
      data-testid="fix"
    >
      Fix: {issue.fix.title}
    </Button>
  );
}
