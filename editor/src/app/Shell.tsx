import {
  ActionIcon,
  AppShell,
  Burger,
  Drawer,
  Group,
  Indicator,
  ScrollArea,
  Stack,
  Text,
  Tooltip,
  UnstyledButton,
} from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconDeviceMobile } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useLocation, useRoute } from 'wouter';
import { useAttention } from '../approvals/approval-queries.ts';
import { NoticeBell } from '../notices/NoticeBell.tsx';
import { useIsLive, useLiveRefresh } from '../api/use-live.ts';
import { useSession } from '../api/session-queries.ts';
import { LogoMark } from './Logo.tsx';
import { NAVIGATION, type NavigationItem } from './navigation.ts';
import { PasswordHint } from './PasswordHint.tsx';
import { ColorSchemeToggle } from './ColorSchemeToggle.tsx';
import { WorkspaceMenu } from './WorkspaceMenu.tsx';
import classes from './Shell.module.css';

const WIDE = 236;
const RAIL = 64;

/** The frame of every page: navigation at the left (a rail beside the canvas, a drawer on a phone), the page at the right. */
export function Shell({ children }: { children: ReactNode }) {
  useLiveRefresh();
  const [isDrawerOpen, drawer] = useDisclosure(false);
  const isSmall = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [isCanvas] = useRoute('/flows/:id');
  const [isRun] = useRoute('/runs/:id');
  const isRail = isCanvas || isRun;
  return (
    <AppShell
      header={{ height: 56, collapsed: !isSmall || isCanvas }}
      navbar={{ width: isRail ? RAIL : WIDE, breakpoint: 'sm', collapsed: { mobile: true } }}
      transitionDuration={160}
      withBorder={false}
    >
      <a href="#main" className={classes['skip']}>
        Skip to content
      </a>
      <AppShell.Header className={classes['header']}>
        <Group h="100%" px="md" justify="space-between">
          <Group gap="sm">
            <Burger opened={isDrawerOpen} onClick={drawer.toggle} size="sm" aria-label="Open navigation" />
            <Brand />
          </Group>
          <Group gap={4} wrap="nowrap">
            {isSmall && <NoticeBell />}
            <ColorSchemeToggle />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes['navbar']}>
        <Navigation isRail={isRail} hasBell={!isSmall} onNavigate={drawer.close} />
      </AppShell.Navbar>
      <Drawer
        opened={isDrawerOpen && isSmall}
        onClose={drawer.close}
        size={280}
        withCloseButton={false}
        padding={0}
        styles={{ body: { height: '100%' } }}
        title={null}
        aria-label="Navigation"
      >
        <Navigation isRail={false} hasBell={false} onNavigate={drawer.close} />
      </Drawer>
      <AppShell.Main id="main" tabIndex={-1} className={classes['main']}>
        {!isRail && <PasswordHint />}
        {children}
      </AppShell.Main>
    </AppShell>
  );
}

function Brand({ isRail = false }: { isRail?: boolean }) {
  return (
    <Link href="/flows" className={classes['brand']} aria-label="Heddle, to the flow list">
      <LogoMark />
      {!isRail && <span>Heddle</span>}
    </Link>
  );
}

function Navigation({
  isRail,
  hasBell,
  onNavigate,
}: {
  isRail: boolean;
  /** On a phone the bell is in the header. */
  hasBell: boolean;
  onNavigate: () => void;
}) {
  const { data: session } = useSession();
  const isLive = useIsLive();
  return (
    <Stack h="100%" gap={0} className={isRail ? classes['rail'] : undefined}>
      <Group className={classes['top']} justify={isRail ? 'center' : 'space-between'} wrap="nowrap">
        <Brand isRail={isRail} />
        {!isRail && (
          <Group gap={2} wrap="nowrap">
            {hasBell && <NoticeBell />}
            <ColorSchemeToggle />
          </Group>
        )}
      </Group>
      {isRail && hasBell && (
        <Group justify="center" pb={6}>
          <NoticeBell />
        </Group>
      )}
      <ScrollArea flex={1} type="never">
        <nav aria-label="Main" className={classes['links']}>
          {NAVIGATION.map((item) => (
            <NavigationLink key={item.href} item={item} isRail={isRail} onNavigate={onNavigate} />
          ))}
        </nav>
      </ScrollArea>
      <div className={classes['bottom']}>
        {session?.isSandboxOn === true && <PhoneLink isRail={isRail} onNavigate={onNavigate} />}
        {!isLive && session !== undefined && !isRail && (
          <Text size="xs" c="dimmed" px="xs" role="status" className={classes['offline']}>
            Reconnecting for live updates…
          </Text>
        )}
        <WorkspaceMenu isRail={isRail} />
      </div>
    </Stack>
  );
}

function NavigationLink({
  item,
  isRail,
  onNavigate,
}: {
  item: NavigationItem;
  isRail: boolean;
  onNavigate: () => void;
}) {
  const [location] = useLocation();
  const { data: attention } = useAttention();
  const count = item.badge === undefined ? 0 : (attention?.[item.badge] ?? 0);
  const shown = count >= 100 ? '99+' : String(count);
  const isActive = location === item.href || location.startsWith(`${item.href}/`);
  const link = (
    <Link
      href={item.href}
      className={classes['link']}
      data-active={isActive || undefined}
      aria-current={isActive ? 'page' : undefined}
      aria-label={count === 0 ? item.title : `${item.title}, ${shown} to decide`}
      onClick={onNavigate}
      data-testid={`nav-${item.href.slice(1)}`}
    >
      <item.icon size={20} stroke={1.7} aria-hidden />
      {!isRail && <span>{item.title}</span>}
      {count > 0 && (
        <span className={classes['count']} data-rail={isRail || undefined} data-testid={`badge-${item.href.slice(1)}`}>
          {shown}
        </span>
      )}
    </Link>
  );
  return isRail ? (
    <Tooltip label={item.title} position="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}

function PhoneLink({ isRail, onNavigate }: { isRail: boolean; onNavigate: () => void }) {
  if (isRail) {
    return (
      <Tooltip label="Practice phone" position="right">
        <ActionIcon
          component={Link}
          href="/phone"
          target="_blank"
          variant="light"
          size={40}
          aria-label="Open the practice phone in a new tab"
          mx="auto"
        >
          <IconDeviceMobile size={20} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    );
  }
  return (
    <UnstyledButton
      component={Link}
      href="/phone"
      target="_blank"
      className={classes['phone']}
      onClick={onNavigate}
      data-testid="nav-phone"
    >
      <Indicator color="green" size={8} offset={3} processing>
        <IconDeviceMobile size={22} stroke={1.6} aria-hidden />
      </Indicator>
      <div>
        <Text size="sm" fw={600} lh={1.25}>
          Practice phone
        </Text>
        <Text size="xs" c="dimmed" lh={1.3}>
          Play the customer
        </Text>
      </div>
    </UnstyledButton>
  );
}
