/** What each kind of inbound event is called. Other kinds are shown by their name. */
const TITLES: Readonly<Record<string, string>> = {
  'instagram/comment': 'Comment',
  'instagram/message': 'Direct message',
  'instagram/postback': 'Button tapped',
  'instagram/echo': 'Our own message, confirmed by Instagram',
  'instagram/own-comment': 'Our own comment',
  'instagram/reaction': 'Reaction',
  'instagram/read': 'Read by the person',
  'instagram/referral': 'Came by a link',
  'instagram/message-edit': 'Message edited',
  'instagram/message-deleted': 'Message deleted',
  'instagram/handover': 'Conversation handed over',
  'instagram/standby': 'For another app',
  'publishing/post-due': 'Planned post',
  'core/manual': 'Started by hand',
  'core/schedule': 'Schedule',
  'core/webhook': 'Call from another system',
  'core/decision': 'Decision of a member',
  'core/reported': 'Report of another system',
};

/** Kinds that one may look for, most frequent first. */
export const EVENT_CHOICES: readonly { readonly value: string; readonly label: string }[] = [
  'instagram/comment',
  'instagram/message',
  'instagram/postback',
  'instagram/reaction',
  'instagram/referral',
  'core/manual',
  'core/schedule',
  'core/webhook',
  'core/decision',
  'core/reported',
  'publishing/post-due',
].map((value) => ({ value, label: TITLES[value] ?? value }));

/** Kinds that confirm what we or the person did; interesting when looking for a fault, noise otherwise. */
const RECEIPTS = new Set(['instagram/echo', 'instagram/own-comment', 'instagram/read']);

/** True for confirmations: echoes of our own messages and comments, and read receipts. */
export function isReceipt(kind: string): boolean {
  return RECEIPTS.has(kind);
}

/** What came in, in words. */
export function eventTitle(kind: string): string {
  return TITLES[kind] ?? (kind.endsWith('/unknown') ? 'Something we do not know' : kind);
}
