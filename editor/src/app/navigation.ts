import {
  IconActivity,
  IconAddressBook,
  IconCalendarTime,
  IconBuildingStore,
  IconInbox,
  IconPlug,
  IconPlayerPlay,
  IconRoute,
  IconSettings,
  IconUserCheck,
  type Icon,
} from '@tabler/icons-react';

/** An entry of the main navigation. */
export interface NavigationItem {
  readonly href: string;
  readonly title: string;
  readonly icon: Icon;
  /** Which number stands beside it, when there is something to do. */
  readonly badge?: 'approvals';
}

/** The main navigation, top to bottom. */
export const NAVIGATION: readonly NavigationItem[] = [
  { href: '/flows', title: 'Flows', icon: IconRoute },
  { href: '/runs', title: 'Runs', icon: IconPlayerPlay },
  { href: '/approvals', title: 'Approvals', icon: IconUserCheck, badge: 'approvals' },
  { href: '/contacts', title: 'Contacts', icon: IconAddressBook },
  { href: '/catalog', title: 'Catalog', icon: IconBuildingStore },
  { href: '/activity', title: 'Activity', icon: IconActivity },
  { href: '/events', title: 'Events', icon: IconInbox },
  { href: '/publishing', title: 'Publishing', icon: IconCalendarTime },
  { href: '/connections', title: 'Connections', icon: IconPlug },
  { href: '/settings', title: 'Settings', icon: IconSettings },
];
