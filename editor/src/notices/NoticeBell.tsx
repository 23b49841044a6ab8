import { ActionIcon, Drawer, Indicator, Popover, Tooltip } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconBell } from '@tabler/icons-react';
import { useAttention } from '../approvals/approval-queries.ts';
import { NoticePanel } from './NoticePanel.tsx';

/** A bell with the number of notices that I have not seen; opens the panel beside it, on a phone over the page. */
export function NoticeBell() {
  const [isOpen, panel] = useDisclosure(false);
  const isSmall = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const { data } = useAttention();
  const unread = data?.notices ?? 0;
  const label = unread === 0 ? 'Notices' : `Notices, ${unread >= 100 ? 'more than 99' : unread} not seen`;
  const bell = (
    <Tooltip label="Notices" disabled={isOpen}>
      <Indicator
        label={unread >= 100 ? '99+' : unread}
        disabled={unread === 0}
        size={16}
        offset={6}
        color="red"
        styles={{ indicator: { fontSize: 10, fontWeight: 650, paddingInline: 4, pointerEvents: 'none' } }}
      >
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          onClick={panel.toggle}
          aria-label={label}
          aria-expanded={isOpen}
          data-testid="notice-bell"
          data-unread={unread}
        >
          <IconBell size={20} stroke={1.7} />
        </ActionIcon>
      </Indicator>
    </Tooltip>
  );
  if (isSmall)
    return (
      <>
        {bell}
        <Drawer
          opened={isOpen}
          onClose={panel.close}
          position="right"
          size="100%"
          padding={0}
          withCloseButton={false}
          title={null}
          aria-label="Notices"
        >
          <NoticePanel onClose={panel.close} hasClose />
        </Drawer>
      </>
    );
  return (
    <Popover
      opened={isOpen}
      onChange={panel.toggle}
      onDismiss={panel.close}
      position="bottom-start"
      width={400}
      offset={6}
      shadow="lg"
      radius="lg"
      trapFocus
      returnFocus
    >
      <Popover.Target>{bell}</Popover.Target>
      <Popover.Dropdown p={0} aria-label="Notices">
        <NoticePanel onClose={panel.close} />
      </Popover.Dropdown>
    </Popover>
  );
}
