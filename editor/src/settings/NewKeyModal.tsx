import {
  ActionIcon,
  Alert,
  Button,
  Code,
  CopyButton,
  Group,
  Modal,
  Select,
  Stack,
  Text,
  TextInput,
  Tooltip,
} from '@mantine/core';
import type { Role } from '@heddle/schemas/api';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { toProblem } from '../api/api-problem.ts';
import { useApiKeyActions } from './api-key-queries.ts';

const ROLES: { value: Role; label: string }[] = [
  { value: 'viewer', label: 'Viewer: may read' },
  { value: 'editor', label: 'Editor: may also change and publish' },
  { value: 'owner', label: 'Owner: may do everything' },
];

const DAY_MS = 86_400_000;
const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: 'never', label: 'Never' },
];

/** Asks for name, role and lifetime, then shows the secret: this once and never again. */
export function NewKeyModal({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { create } = useApiKeyActions();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('editor');
  const [days, setDays] = useState('365');
  const close = () => {
    onClose();
    create.reset();
    setName('');
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({
      name: name.trim(),
      role,
      ...(days === 'never' ? {} : { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
    });
  };
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title={<Text fw={650}>{create.isSuccess ? 'Your new key' : 'New API key'}</Text>}
      closeButtonProps={{ 'aria-label': 'Close' }}
      closeOnClickOutside={!create.isSuccess}
    >
      {create.isSuccess ? (
        <Secret secret={create.data.secret} onClose={close} />
      ) : (
        <form onSubmit={submit}>
          <Stack>
            {create.error !== null && (
              <Alert color="red" variant="light" role="alert">
                {toProblem(create.error).detail}
              </Alert>
            )}
            <TextInput
              label="Name"
              description="What will use it, so that you know what stops when you revoke it"
              placeholder="Stock system"
              required
              maxLength={80}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            <Select
              label="May"
              data={ROLES}
              value={role}
              onChange={(value) => value !== null && setRole(value)}
              allowDeselect={false}
            />
            <Select
              label="Ends after"
              data={LIFETIMES}
              value={days}
              onChange={(value) => value !== null && setDays(value)}
              allowDeselect={false}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
              <Button
                type="submit"
                loading={create.isPending}
                disabled={name.trim() === ''}
                data-testid="create-api-key"
              >
                Make key
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Stack>
      <Text size="sm">
        Copy it now and keep it like a password. Heddle stores only its fingerprint and cannot show it again.
      </Text>
      <Group wrap="nowrap" gap="xs">
        <Code block flex={1} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }} data-testid="api-key-secret">
          {secret}
        </Code>
        <CopyButton value={secret} timeout={2000}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? 'Copied' : 'Copy'}>
              <ActionIcon
                size="xl"
                variant={copied ? 'filled' : 'light'}
                color={copied ? 'green' : 'weave'}
                onClick={copy}
                aria-label="Copy the key"
              >
                {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </Group>
      <Button onClick={onClose}>I have kept it</Button>
    </Stack>
  );
}
