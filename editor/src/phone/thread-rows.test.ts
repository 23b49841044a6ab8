import type { BubbleContent, BubbleView } from '@heddle/nodes/instagram-customer';
import { describe, expect, it } from 'vitest';
import { bubbleSummary, toThreadRows } from './thread-rows.ts';

const MINUTE = 60_000;
let count = 0;
function bubble(from: 'business' | 'persona', atMs: number, extra: Partial<BubbleView> = {}): BubbleView {
  count += 1;
  return {
    mid: `m${count}`,
    from,
    via: 'api',
    atMs,
    content: { kind: 'text', text: 'hi' },
    reactions: [],
    replyToMid: null,
    privateReplyTo: null,
    isDeleted: false,
    isEdited: false,
    isSeen: false,
    ...extra,
  };
}
const rows = (bubbles: BubbleView[], rest: { seenByBusinessAtMs?: number; isBusinessTyping?: boolean } = {}) =>
  toThreadRows({
    bubbles,
    seenByBusinessAtMs: rest.seenByBusinessAtMs ?? null,
    isBusinessTyping: rest.isBusinessTyping ?? false,
  });
const shape = (bubbles: BubbleView[]) =>
  rows(bubbles).map((row) =>
    row.kind === 'bubble' ? `${row.isMine ? 'me' : 'shop'}${row.isFirst ? '<' : ''}${row.isLast ? '>' : ''}` : row.kind,
  );

describe('toThreadRows', () => {
  it('groups what one side writes in a row', () => {
    expect(
      shape([
        bubble('persona', 0),
        bubble('business', MINUTE),
        bubble('business', 2 * MINUTE),
        bubble('business', 9 * MINUTE),
      ]),
    ).toEqual(['time', 'me<>', 'shop<', 'shop>', 'shop<>']);
  });

  it('writes the time after a long silence', () => {
    expect(shape([bubble('persona', 0), bubble('persona', 31 * MINUTE)])).toEqual(['time', 'me<>', 'time', 'me<>']);
  });

  it('starts a group at an answer to a comment, so that its note stands above it', () => {
    const answer = bubble('business', MINUTE, {
      privateReplyTo: { commentId: 'c', commentText: 'PRICE?', mediaId: 'p', pictureUrl: 'x' },
    });
    expect(shape([bubble('business', 0), answer])).toEqual(['time', 'shop<>', 'shop<>']);
  });

  it('says "seen" under my last words only when the shop read them', () => {
    const mine = bubble('persona', 10 * MINUTE);
    expect(rows([mine], { seenByBusinessAtMs: 11 * MINUTE }).at(-1)?.kind).toBe('seen');
    expect(rows([mine], { seenByBusinessAtMs: 9 * MINUTE }).at(-1)?.kind).toBe('bubble');
    expect(rows([mine, bubble('business', 12 * MINUTE)], { seenByBusinessAtMs: 13 * MINUTE }).at(-1)?.kind).toBe(
      'bubble',
    );
  });

  it('ends with typing dots while the shop types', () => {
    expect(rows([], { isBusinessTyping: true }).map((row) => row.kind)).toEqual(['typing']);
  });
});

describe('bubbleSummary', () => {
  it('says every kind of content in one line', () => {
    const contents: BubbleContent[] = [
      { kind: 'text', text: 'hello' },
      { kind: 'image', urls: ['a', 'b'] },
      { kind: 'sticker' },
      {
        kind: 'carousel',
        cards: [
          { title: 'Small', subtitle: null, imageUrl: null, defaultUrl: null, buttons: [] },
          { title: 'Large', subtitle: null, imageUrl: null, defaultUrl: null, buttons: [] },
        ],
      },
    ];
    expect(contents.map((content) => bubbleSummary({ content, isDeleted: false }))).toEqual([
      'hello',
      'Sent 2 pictures',
      '❤️',
      'Small · Large',
    ]);
    expect(bubbleSummary({ content: { kind: 'text', text: 'x' }, isDeleted: true })).toBe('Message deleted');
  });
});
