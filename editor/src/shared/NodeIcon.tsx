import {
  IconActivity, IconAddressBook, IconArrowsShuffle, IconArrowsSplit, IconArrowsSplit2, IconBell, IconBellRinging, IconBolt, IconBox, IconBrandInstagram, IconBrandTelegram, IconCalendarTime, IconCarouselHorizontal,
  IconClock, IconClockPause, IconCode, IconDatabaseEdit, IconFilter, IconForms, IconGitBranch, IconGitMerge, IconHandStop, IconHeart, IconHourglass, IconLink, IconMail, IconMessage,
  IconMessage2, IconMessage2Down, IconMessageChatbot, IconMessageCircle, IconMessageCircleShare, IconMessageDots, IconMessageForward, IconMessageQuestion, IconMessageReply,
  IconMessages, IconPencil, IconPhoto, IconPlayerPlay, IconPlayerStop, IconRobot, IconRoute, IconSend, IconShoppingBag, IconSparkles, IconSwitch3, IconTag, IconTags, IconTagOff, IconTestPipe,
  IconUser, IconUserEdit, IconUserCheck, IconVariable, IconWebhook, IconWorld, IconWorldShare, IconWorldWww, type Icon,
} from '@tabler/icons-react';

/** Icons that node definitions may name (Tabler names in kebab-case). A plugin with another name gets the plain box. */
const ICONS: Readonly<Record<string, Icon>> = {
  activity: IconActivity, 'address-book': IconAddressBook, 'arrows-shuffle': IconArrowsShuffle, 'arrows-split': IconArrowsSplit, 'arrows-split-2': IconArrowsSplit2, bell: IconBell, 'bell-ringing': IconBellRinging, IconBellRinging, bolt: IconBolt, box: IconBox, 'brand-instagram': IconBrandInstagram,
  'brand-telegram': IconBrandTelegram, 'calendar-time': IconCalendarTime, 'carousel-horizontal': IconCarouselHorizontal, clock: IconClock, 'clock-pause': IconClockPause, code: IconCode,
  'database-edit': IconDatabaseEdit, filter: IconFilter, forms: IconForms, 'git-branch': IconGitBranch, 'git-merge': IconGitMerge, 'hand-stop': IconHandStop, heart: IconHeart, hourglass: IconHourglass, link: IconLink,
  mail: IconMail, message: IconMessage, 'message-2': IconMessage2, 'message-2-down': IconMessage2Down, 'message-chatbot': IconMessageChatbot, 'message-circle': IconMessageCircle,
  'message-circle-share': IconMessageCircleShare, 'message-dots': IconMessageDots, 'message-forward': IconMessageForward, 'message-question': IconMessageQuestion, 'message-reply': IconMessageReply,
  messages: IconMessages, pencil: IconPencil, photo: IconPhoto, 'player-play': IconPlayerPlay, 'player-stop': IconPlayerStop, robot: IconRobot, route: IconRoute, send: IconSend,
  'shopping-bag': IconShoppingBag, sparkles: IconSparkles, 'switch-3': IconSwitch3, tag: IconTag, tags: IconTags, 'tag-off': IconTagOff, 'test-pipe': IconTestPipe, user: IconUser,
  'user-edit': IconUserEdit, 'user-check': IconUserCheck, variable: IconVariable, webhook: IconWebhook, world: IconWorld, 'world-share': IconWorldShare, 'world-www': IconWorldWww,
};

/** The icon of a node type by the name in its definition; decorative, so name the node beside it. */
export function NodeIcon({ name, size = 18, stroke = 1.7 }: { name: string | undefined; size?: number; stroke?: number }) {
  const Symbol = (name === undefined ? undefined : ICONS[name]) ?? IconBox;
  return <Symbol size={size} stroke={stroke} aria-hidden />;
}
