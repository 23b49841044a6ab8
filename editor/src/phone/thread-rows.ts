import type { BubbleView, ThreadView } from '@heddle/nodes/instagram-customer';

/** What a conversation is drawn from, top to bottom. */
export type ThreadRow =
  | { readonly kind: 'time'; readonly key: string; readonly atMs: number }
  | {
      readonly kind: 'bubble';
      readonly key: string;
      readonly bubble: BubbleView;
      /** The person on the phone wrote it (right side). */
      readonly isMine: boolean;
      /** First and last of a group of one side: rounded corners and the avatar depend on it. */
      readonly isFirst: boolean;
      readonly isLast: boolean;
    }
  | { readonly kind: 'seen'; readonly key: string }
  | { readonly kind: 'typing'; readonly key: string };

/** A new time line is drawn after a silence this long. */
const SILENCE_MS = 30 * 60_000;
/** Bubbles of one side within this time belong together. */
const GROUP_MS = 3 * 60_000;

/** Turns a conversation into rows: times after long silences, bubbles in groups, "Seen" under what the business has read, typing dots. */
export function toThreadRows(
  thread: Pick<ThreadView, 'bubbles' | 'seenByBusinessAtMs' | 'isBusinessTyping'>,
): ThreadRow[] {
  const rows: ThreadRow[] = [];
  const { bubbles } = thread;
  bubbles.forEach((bubble, index) => {
    const before = bubbles[index - 1];
    const after = bubbles[index + 1];
    if (before === undefined || bubble.atMs - before.atMs > SILENCE_MS)
      rows.push({ kind: 'time', key: `t-${bubble.mid}`, atMs: bubble.atMs });
    rows.push({
      kind: 'bubble',
      key: bubble.mid,
      bubble,
      isMine: bubble.from === 'persona',
      isFirst: before === undefined || !isSameGroup(before, bubble),
      isLast: after === undefined || !isSameGroup(bubble, after),
    });
  });
  const last = bubbles.at(-1);
  if (
    last !== undefined &&
    last.from === 'persona' &&
    thread.seenByBusinessAtMs !== null &&
    thread.seenByBusinessAtMs >= last.atMs
  )
    rows.push({ kind: 'seen', key: 'seen' });
  if (thread.isBusinessTyping) rows.push({ kind: 'typing', key: 'typing' });
  return rows;
}

function isSameGroup(a: BubbleView, b: BubbleView): boolean {
  return a.from === b.from && b.atMs - a.atMs <= GROUP_MS && b.privateReplyTo === null;
}

/** A bubble in one line, for banners and lists. */
export function bubbleSummary(bubble: Pick<BubbleView, 'content' | 'isDeleted'>): string {
  if (bubble.isDeleted) return 'Message deleted';
  const { content } = bubble;
  switch (content.kind) {
    case 'text':
      return content.text;
    case 'image':
      return content.urls.length > 1 ? `Sent ${content.urls.length} pictures` : 'Sent a picture';
    case 'audio':
      return 'Sent a voice message';
    case 'video':
      return 'Sent a video';
    case 'file':
      return 'Sent a file';
    case 'sticker':
      return '❤️';
    case 'post':
      return 'Shared a post';
    case 'carousel':
      return content.cards.map((card) => card.title).join(' · ');
    case 'button-card':
      return content.text;
    case 'postback':
      return content.title;
    case 'story-reply':
      return `Replied to a story: ${content.text}`;
    case 'story-mention':
      return 'Mentioned in a story';
    case 'unsupported':
      return 'Sent something that cannot be shown';
  }
}
