/** What each kind of inbound event is called. Other kinds are shown by their name. */
const TITLES: Readonly<Record<string, string>> = {
  'instagram/comment': 'Comment',
  'instagram/message': 'Direct message',
  'instagram/postback': 'Button tapped',
  'instagram/echo': 'Our own message, as Instagram saw it',
  'instagram/reaction': 'Reaction',
  'instagram/read': 'Read by the person',
  'instagram/referral': 'Came by a link',
  'instagram/message-edit': 'Message edited',
  'instagram/message-deleted': 'Message deleted',
  'core/manual': 'Started by hand',
  'core/schedule': 'Time came',
  'core/webhook': 'Call from another system',
};

/** What came in, in words. */
export function eventTitle(kind: string): string {
  return TITLES[kind] ?? (kind.endsWith('/unknown') ? 'Something we do not know' : kind);
}
