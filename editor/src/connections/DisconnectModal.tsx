import { Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import type { ConnectionView } from '@heddle/schemas/api';
import { useState, type FormEvent } from 'react';
import { notifyDone, notifyProblem } from '../shared/notify.tsx';
import { useConnectionActions } from './connection-queries.ts';

/** Forgetting a token cannot be undone by us, so the person says the account's name; a practice account costs one click. */
export function DisconnectModal({
  connection,
  isOpen,
  onClose,
}: {
  connection: ConnectionView;
  isOpen: boolean;
  onClose: () => void;
}) {
  const { disconnect } = useConnectionActions();
  const [typed, setTyped] = useState('');
  const isSure = connection.isSandbox || typed.trim().replace(/^@/, '') === connection.username;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isSure) return;
    disconnect.mutate(connection.id, {
      onSuccess: () => {
        onClose();
        notifyDone(`@${connection.username} is disconnected.`);
      },
      onError: notifyProblem,
    });
  };
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={<Text fw={650}>Disconnect @{connection.username}?</Text>}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit}>
        <Stack>
          <List size="sm" spacing={6}>
            <List.Item>Heddle forgets its access to the account at once.</List.Item>
            <List.Item>
              Flows that use it stop answering; runs that wait for a reply will fail when they go on.
            </List.Item>
            <List.Item>
              Flows, contacts and history stay. Connecting the account again brings everything back to work.
            </List.Item>
          </List>
          {!connection.isSandbox && (
            <TextInput
              label={`Type ${connection.username} to go on`}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Keep it
            </Button>
            <Button
              type="submit"
              color="red"
              disabled={!isSure}
              loading={disconnect.isPending}
              data-testid="disconnect-confirm"
            >
              Disconnect
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
