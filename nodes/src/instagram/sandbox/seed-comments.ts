import type { SandboxCore } from './core.ts';
import type { AccountRow, CommentRow } from './model.ts';

/** Index of the post (0 the newest), who wrote, what, hours after the post; `account` answers the line before it. */
const LINES: readonly { readonly post: number; readonly by: string; readonly text: string; readonly hours: number }[] =
  [
    { post: 0, by: 'wanjiru', text: 'These are so fresh 😍', hours: 1 },
    { post: 1, by: 'juma', text: 'Habari, cha kati ni bei gani?', hours: 2 },
    { post: 1, by: 'account', text: 'Habari Juma! Cha kati ni KES 1,800. Karibu.', hours: 3 },
    { post: 2, by: 'nakato', text: 'CUP! How many sets can I get for a café?', hours: 5 },
    { post: 3, by: 'lena', text: 'Wunderschön! Versendet ihr nach Deutschland?', hours: 4 },
    { post: 5, by: 'amina', text: 'Wild sage 🌿🌿', hours: 2 },
    { post: 9, by: 'nakato', text: 'What is the price for 50 pieces?', hours: 8 },
  ];

/** Older comments that are simply there: no webhook tells about them. */
export function addSeedComments(core: SandboxCore, account: AccountRow): void {
  const posts = core.state.media.group('account', account.id).filter((media) => media.parentId === null);
  let before: CommentRow | null = null;
  LINES.forEach((line, index) => {
    const media = posts[line.post];
    if (!media) return;
    const isOwn = line.by === 'account';
    const comment: CommentRow = {
      id: `1780000000000000${index + 1}`,
      seq: core.state.nextSeq(),
      accountId: account.id,
      mediaId: media.id,
      parentId: isOwn ? (before?.id ?? null) : null,
      personaId: isOwn ? null : line.by,
      text: line.text,
      timestampMs: Math.min(core.nowMs() - 60_000, media.timestampMs + line.hours * 3_600_000),
      isHidden: false,
      likeCount: index % 3,
      privateReplyMid: null,
    };
    core.state.comments.put(comment.id, comment);
    before = comment;
  });
}
