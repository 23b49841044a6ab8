import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import { toProblem } from '../api/api-problem.ts';

/** How long an undo stays on offer. */
const UNDO_MS = 8000;

/** Says that something worked. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'green', icon: <IconCheck size={18} />, autoClose: 4000 });
}

/** Says something that nobody has to act on. */
export function notifyInfo(message: string): void {
  notifications.show({ message, color: 'weave', icon: <IconInfoCircle size={18} />, autoClose: 6000 });
}

/**
 * Says that something worked and offers to take it back.
 *
 * @param forMs How long it is on offer.
 */
export function notifyUndo(message: string, onUndo: () => void, forMs = UNDO_MS): void {
  const id = notifications.show({
    color: 'weave',
    autoClose: forMs,
    icon: <IconCheck size={18} />,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="md">
        <Text size="sm">{message}</Text>
        <Button
          size="compact-sm"
          variant="light"
          flex="none"
          data-testid="undo"
          onClick={() => {
            notifications.hide(id);
            onUndo();
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  });
}

/** Says what went wrong and what to do about it. */
export function notifyProblem(error: unknown): void {
  const problem = toProblem(error);
  // The page goes to the sign-in form by itself; a red box on top of that would only frighten.
  if (problem.status === 401) return;
  notifications.show({
    color: 'red',
    icon: <IconAlertTriangle size={18} />,
    autoClose: 10_000,
    title: problem.detail,
    message: problem.remedy === '' ? null : problem.remedy,
  });
}
