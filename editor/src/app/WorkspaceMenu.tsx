import { Avatar, Menu, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { IconBook2, IconCheck, IconLogout, IconSelector, IconSettings } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { useSession, useSignOut, useSwitchWorkspace } from '../api/session-queries.ts';
import { notifyProblem } from '../shared/notify.tsx';
import classes from './WorkspaceMenu.module.css';

/** Who is signed in where; switches workspace, signs out. */
export function WorkspaceMenu({ isRail }: { isRail: boolean }) {
  const { data: session } = useSession();
  const signOut = useSignOut();
  const switchWorkspace = useSwitchWorkspace();
  const [, navigate] = useLocation();
  if (session === undefined) return <Skeleton height={44} radius="md" />;
  return (
    <Menu width={248} position={isRail ? 'right-end' : 'top-start'}>
      <Menu.Target>
        <UnstyledButton
          className={classes['target']}
          data-rail={isRail || undefined}
          aria-label={`Workspace ${session.workspace.name}, signed in as ${session.member.name}`}
          data-testid="workspace-menu"
        >
          <Avatar size={32} radius="md" color="weave" name={session.workspace.name} />
          {!isRail && (
            <>
              <div className={classes['names']}>
                <Text size="sm" fw={600} truncate lh={1.3}>
                  {session.workspace.name}
                </Text>
                <Text size="xs" c="dimmed" truncate lh={1.3}>
                  {session.member.email}
                </Text>
              </div>
              <IconSelector size={16} aria-hidden />
            </>
          )}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Workspaces</Menu.Label>
        {session.workspaces.map((workspace) => (
          <Menu.Item
            key={workspace.id}
            rightSection={workspace.id === session.workspace.id ? <IconCheck size={16} aria-label="Current" /> : null}
            onClick={() => {
              if (workspace.id !== session.workspace.id)
                switchWorkspace.mutate(workspace.id, { onSuccess: () => navigate('/flows'), onError: notifyProblem });
            }}
          >
            {workspace.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component={Link} href="/settings" leftSection={<IconSettings size={16} />}>
          Settings
        </Menu.Item>
        <Menu.Item component="a" href="/api/openapi.json" target="_blank" leftSection={<IconBook2 size={16} />}>
          API description
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} />}
          onClick={() => signOut.mutate(undefined, { onSuccess: () => navigate('/sign-in'), onError: notifyProblem })}
          data-testid="sign-out"
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
