import { ActionIcon, Alert, Avatar, Badge, Button, Group, Menu, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ConnectionView } from '@heddle/schemas/api';
import {
  IconAlertTriangle,
  IconBrandInstagram,
  IconDots,
  IconPlugOff,
  IconRefresh,
  IconRosetteDiscountCheck,
  IconStar,
} from '@tabler/icons-react';
import { notifyDone, notifyProblem } from '../shared/notify.tsx';
import { fullTime } from '../shared/relative-time.ts';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { StatusPill } from '../shared/StatusPill.tsx';
import { DisconnectModal } from './DisconnectModal.tsx';
import { useConnectionActions } from './connection-queries.ts';
import classes from './ConnectionCard.module.css';

/** States in which only connecting anew helps. */
const BROKEN = new Set<ConnectionView['status']>(['expired', 'revoked', 'error']);

/** One account: how it stands, what it may not do, until when, and what can be done. */
export function ConnectionCard({ connection, isEditor }: { connection: ConnectionView; isEditor: boolean }) {
  const actions = useConnectionActions();
  const [isAsking, asking] = useDisclosure(false);
  const isBroken = BROKEN.has(connection.status);
  // The reason of a working account can only be what was not granted; the list below says that better.
  const saysOnlyWhatIsMissing = connection.status === 'connected' && connection.missingScopes.length > 0;
  const isBusy = actions.verify.isPending || actions.refresh.isPending || actions.makeDefault.isPending;
  return (
    <section
      className={classes['card']}
      aria-label={`@${connection.username}`}
      data-testid="connection-card"
      data-status={connection.status}
    >
      <Group wrap="nowrap" align="flex-start">
        <Tooltip label="Instagram">
          <div className={classes['avatar']}>
            <Avatar src={connection.pictureUrl} name={connection.name} size={52} radius="50%" color="initials" />
            <span className={classes['badge']}>
              <IconBrandInstagram size={14} aria-label="Instagram" />
            </span>
          </div>
        </Tooltip>
        <div className={classes['words']}>
          <Group gap={6}>
            <Text fw={650} truncate>
              {connection.name}
            </Text>
            {connection.isDefault && (
              <Tooltip label="New flows use this account">
                <Badge variant="default" size="sm">
                  Default
                </Badge>
              </Tooltip>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            @{connection.username}
          </Text>
          <Group gap={6} mt={8}>
            <StatusPill status={connection.status} />
            {connection.isSandbox && (
              <Tooltip label="Lives on this machine only. Nothing it sends reaches real people." multiline maw={240}>
                <Badge color="weave" variant="light" radius="xl" data-testid="practice-account">
                  Practice account
                </Badge>
              </Tooltip>
            )}
          </Group>
        </div>
        {isEditor && (
          <Menu position="bottom-end" width={220}>
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={`More about @${connection.username}`}
                loading={isBusy}
              >
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconRosetteDiscountCheck size={16} />}
                onClick={() =>
                  actions.verify.mutate(connection.id, {
                    onSuccess: (now) =>
                      notifyDone(
                        now.status === 'connected' ? 'The access works.' : 'Checked; the card shows the result.',
                      ),
                    onError: notifyProblem,
                  })
                }
              >
                Check access now
              </Menu.Item>
              <Menu.Item
                leftSection={<IconRefresh size={16} />}
                onClick={() =>
                  actions.refresh.mutate(connection.id, {
                    onSuccess: () => notifyDone('The access was extended.'),
                    onError: notifyProblem,
                  })
                }
              >
                Extend access
              </Menu.Item>
              {!connection.isDefault && (
                <Menu.Item
                  leftSection={<IconStar size={16} />}
                  onClick={() =>
                    actions.makeDefault.mutate(connection.id, {
                      onSuccess: () => notifyDone(`New flows use @${connection.username}.`),
                      onError: notifyProblem,
                    })
                  }
                >
                  Make default
                </Menu.Item>
              )}
              <Menu.Divider />
              <Menu.Item
                color="red"
                leftSection={<IconPlugOff size={16} />}
                onClick={asking.open}
                data-testid="disconnect"
              >
                Disconnect
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {connection.statusReason !== null && !saysOnlyWhatIsMissing && (
        <Alert variant="light" color={isBroken ? 'red' : 'yellow'} p="sm" icon={<IconAlertTriangle size={18} />}>
          {connection.statusReason}
        </Alert>
      )}
      {connection.missingScopes.length > 0 && (
        <Alert
          variant="light"
          color="yellow"
          p="sm"
          title="Access that was not granted"
          icon={<IconAlertTriangle size={18} />}
        >
          <ul className={classes['scopes']}>
            {connection.missingScopes.map((scope) => (
              <li key={scope.name}>
                <b>{scope.title}:</b> {scope.withoutIt}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      <dl className={classes['facts']}>
        <div>
          <dt>Access ends</dt>
          <dd>
            {connection.tokenExpiresAt === null ? (
              isBroken ? (
                'Over'
              ) : (
                'Never'
              )
            ) : (
              <RelativeTime at={connection.tokenExpiresAt} />
            )}
            {connection.tokenExpiresAt !== null && !isBroken && <small>extended by itself before that</small>}
          </dd>
        </div>
        <div>
          <dt>Last checked</dt>
          <dd>{connection.lastVerifiedAt === null ? 'Not yet' : <RelativeTime at={connection.lastVerifiedAt} />}</dd>
        </div>
        <div>
          <dt>Connected</dt>
          <dd title={fullTime(connection.createdAt)}>
            <RelativeTime at={connection.createdAt} />
          </dd>
        </div>
      </dl>
      {isEditor && isBroken && (
        <Button
          variant="light"
          leftSection={<IconRefresh size={16} />}
          loading={actions.connectInstagram.isPending}
          onClick={() =>
            actions.connectInstagram.mutate(undefined, {
              onSuccess: ({ url }) => window.location.assign(url),
              onError: notifyProblem,
            })
          }
        >
          Connect again
        </Button>
      )}
      <DisconnectModal connection={connection} isOpen={isAsking} onClose={asking.close} />
    </section>
  );
}
