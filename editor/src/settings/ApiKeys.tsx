import { Badge, Button, Code, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ApiKeyView } from '@heddle/schemas/api';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { notifyDone, notifyProblem } from '../shared/notify.tsx';
import { ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { NewKeyModal } from './NewKeyModal.tsx';
import { useApiKeyActions, useApiKeys } from './api-key-queries.ts';
import classes from './SettingsPage.module.css';

/** The keys of the workspace; making one shows its secret once. */
export function ApiKeys({ isOwner }: { isOwner: boolean }) {
  const keys = useApiKeys(isOwner);
  const [isNewOpen, newKey] = useDisclosure(false);
  if (!isOwner) return <Text size="sm">Only an owner of the workspace can see and make keys.</Text>;
  return (
    <>
      {keys.isPending && <LoadingRows rows={2} height={44} />}
      {keys.isError && <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.data !== undefined && keys.data.items.length > 0 && (
        <ul className={classes['keys']} aria-label="API keys">
          {keys.data.items.map((key) => (
            <KeyRow key={key.id} apiKey={key} />
          ))}
        </ul>
      )}
      <Button variant="light" leftSection={<IconPlus size={16} />} onClick={newKey.open} data-testid="new-api-key">
        New key
      </Button>
      <NewKeyModal isOpen={isNewOpen} onClose={newKey.close} />
    </>
  );
}

/** Revoking works at once and cannot be undone, so the button asks a second time in its own place. */
function KeyRow({ apiKey }: { apiKey: ApiKeyView }) {
  const { revoke } = useApiKeyActions();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <li data-testid="api-key">
      <IconKey size={18} aria-hidden />
      <div className={classes['keyWords']}>
        <Group gap={8}>
          <Text size="sm" fw={600}>
            {apiKey.name}
          </Text>
          <Code>{apiKey.prefix}…</Code>
          <Badge variant="default" size="sm">
            {apiKey.role}
          </Badge>
        </Group>
        <Text size="xs" c="dimmed">
          made <RelativeTime at={apiKey.createdAt} /> ·{' '}
          {apiKey.lastUsedAt === null ? (
            'never used'
          ) : (
            <>
              last used <RelativeTime at={apiKey.lastUsedAt} />
            </>
          )}
          {apiKey.expiresAt !== null && (
            <>
              {' '}
              · ends <RelativeTime at={apiKey.expiresAt} />
            </>
          )}
        </Text>
      </div>
      {isAsking ? (
        <Group gap={6}>
          <Button size="xs" variant="default" onClick={() => setIsAsking(false)}>
            Keep
          </Button>
          <Button
            size="xs"
            color="red"
            loading={revoke.isPending}
            onClick={() =>
              revoke.mutate(apiKey.id, {
                onSuccess: () => notifyDone(`The key “${apiKey.name}” no longer works.`),
                onError: notifyProblem,
              })
            }
            data-testid="revoke-confirm"
          >
            Revoke for good
          </Button>
        </Group>
      ) : (
        <Button size="xs" variant="subtle" color="red" onClick={() => setIsAsking(true)} data-testid="revoke">
          Revoke
        </Button>
      )}
    </li>
  );
}
