import type { BubbleView } from '@heddle/nodes/instagram-customer';
import { IconHeart, IconHeartFilled } from '@tabler/icons-react';
import { BubbleContent } from './BubbleContent.tsx';
import { usePhone } from './phone-context.ts';
import { useAct } from './phone-queries.ts';
import type { ThreadRow } from './thread-rows.ts';
import classes from './Bubble.module.css';

/** One message: mine at the right in colour, the shop's at the left in grey. */
export function Bubble({ row }: { row: Extract<ThreadRow, { kind: 'bubble' }> }) {
  const { account } = usePhone();
  const { bubble, isMine, isFirst, isLast } = row;
  return (
    <div
      className={classes['row']}
      data-mine={isMine || undefined}
      data-first={isFirst || undefined}
      data-last={isLast || undefined}
      data-reacted={bubble.reactions.length > 0 || undefined}
      data-testid="phone-bubble"
      data-from={bubble.from}
      data-kind={bubble.content.kind}
    >
      {bubble.privateReplyTo !== null && (
        <div className={classes['private']} data-testid="phone-private-reply">
          <img src={bubble.privateReplyTo.pictureUrl} alt="" />
          <span>
            Replied to your comment <q>{bubble.privateReplyTo.commentText}</q>
          </span>
        </div>
      )}
      <div className={classes['line']}>
        {!isMine && <span className={classes['face']}>{isLast && <img src={account.pictureUrl} alt="" />}</span>}
        <div className={classes['holder']}>
          {bubble.isDeleted ? (
            <div className={classes['deleted']}>Message deleted</div>
          ) : (
            <BubbleContent bubble={bubble} isMine={isMine} />
          )}
          <Reactions bubble={bubble} isMine={isMine} />
        </div>
      </div>
      {bubble.isEdited && !bubble.isDeleted && <small className={classes['edited']}>Edited</small>}
    </div>
  );
}

function Reactions({ bubble, isMine }: { bubble: BubbleView; isMine: boolean }) {
  const { account, persona } = usePhone();
  const act = useAct(account.id, persona.id);
  const hasMine = bubble.reactions.some((reaction) => reaction.by === 'persona');
  const emojis = [...new Set(bubble.reactions.map((reaction) => reaction.emoji))];
  return (
    <>
      {emojis.length > 0 && <span className={classes['reactions']}>{emojis.join('')}</span>}
      {!isMine && !bubble.isDeleted && (
        <button
          type="button"
          className={classes['react']}
          onClick={() =>
            act.mutate(
              hasMine ? { kind: 'unreact', mid: bubble.mid } : { kind: 'react', mid: bubble.mid, reaction: 'love' },
            )
          }
          aria-label={hasMine ? 'Take your heart back' : 'React with a heart'}
        >
          {hasMine ? <IconHeartFilled size={15} /> : <IconHeart size={15} />}
        </button>
      )}
    </>
  );
}
