import { Button, Text, Tooltip } from '@mantine/core';
import { IconCloudCheck, IconCloudOff, IconCloudUp, IconEye } from '@tabler/icons-react';
import { useEditor } from '../store/editor-context.ts';
import { useFlowSession } from '../sync/flow-session-context.ts';

/** Whether everything is saved, and what to do when it is not. */
export function SaveIndicator() {
  const session = useFlowSession();
  const save = useEditor((state) => state.save);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  if (isReadOnly) {
    return (
      <Text component="span" size="xs" c="dimmed" className="fe-save">
        <IconEye size={15} /> View only
      </Text>
    );
  }
  if (save.kind === 'failed') {
    return (
      <span className="fe-save" data-save="failed" role="alert">
        <Tooltip label={save.reason} multiline maw={280}>
          <Text component="span" size="xs" c="red" className="fe-save">
            <IconCloudOff size={15} /> Not saved
          </Text>
        </Tooltip>
        <Button
          variant="subtle"
          color="red"
          size="compact-xs"
          onClick={() => (save.isFinal ? window.location.reload() : void session.flush())}
        >
          {save.isFinal ? 'Reload' : 'Try now'}
        </Button>
      </span>
    );
  }
  const isSaving = save.kind === 'saving';
  return (
    <Text component="span" size="xs" c="dimmed" className="fe-save" data-save={save.kind} role="status">
      {isSaving ? <IconCloudUp size={15} /> : <IconCloudCheck size={15} />} {isSaving ? 'Saving…' : 'Saved'}
    </Text>
  );
}
