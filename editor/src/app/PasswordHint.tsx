import { Anchor, CloseButton, Group, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconKey } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { useSession } from '../api/session-queries.ts';
import classes from './PasswordHint.module.css';

/** Shown to whoever came in by the printed link and could not come back without it; goes away when closed or done. */
export function PasswordHint() {
  const { data: session } = useSession();
  const [location] = useLocation();
  const [isClosed, setIsClosed] = useLocalStorage({ key: 'heddle-password-hint-closed', defaultValue: false });
  if (session === undefined || session.member.hasPassword || isClosed || location.startsWith('/settings')) return null;
  return (
    <Group className={classes['hint']} role="status" gap="sm" wrap="nowrap" data-testid="password-hint">
      <IconKey size={18} aria-hidden />
      <Text size="sm" flex={1}>
        Set a password so that you can sign in without the link.{' '}
        <Anchor component={Link} href="/settings" size="sm" fw={600}>
          Set it now
        </Anchor>
      </Text>
      <CloseButton aria-label="Do not show this again" onClick={() => setIsClosed(true)} />
    </Group>
  );
}
