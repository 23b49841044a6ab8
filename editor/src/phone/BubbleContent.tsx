import type { BubbleView } from '@heddle/nodes/instagram-customer';
import { IconFile, IconPlayerPlayFilled } from '@tabler/icons-react';
import { ActionButtons, CardStrip } from './CardStrip.tsx';
import classes from './BubbleContent.module.css';

/** What is inside a message, by kind. */
export function BubbleContent({ bubble, isMine }: { bubble: BubbleView; isMine: boolean }) {
  const { content } = bubble;
  const side = { className: classes['text'], 'data-mine': isMine || undefined };
  switch (content.kind) {
    case 'text':
      return <div {...side}>{content.text}</div>;
    case 'postback':
      return <div {...side}>{content.title}</div>;
    case 'image':
      return (
        <div className={classes['pictures']} data-many={content.urls.length > 1 || undefined}>
          {content.urls.map((url) => (
            <img key={url} src={url} alt="Picture" />
          ))}
        </div>
      );
    case 'video':
      return <video className={classes['video']} src={content.url} controls preload="metadata" />;
    case 'audio':
      return (
        <div {...side}>
          <audio src={content.url} controls className={classes['audio']} />
        </div>
      );
    case 'file':
      return (
        <div {...side}>
          <IconFile size={16} aria-hidden /> File
        </div>
      );
    case 'sticker':
      return <div className={classes['sticker']}>❤️</div>;
    case 'post':
      return (
        <div className={classes['shared']}>
          <img src={content.pictureUrl} alt="" />
          <span>{content.caption}</span>
        </div>
      );
    case 'carousel':
      return <CardStrip mid={bubble.mid} cards={content.cards} />;
    case 'button-card':
      return (
        <div className={classes['buttonCard']}>
          <p>{content.text}</p>
          <ActionButtons mid={bubble.mid} buttons={content.buttons} />
        </div>
      );
    case 'story-reply':
      return (
        <div className={classes['story']}>
          <small>You replied to their story</small>
          <img src={content.pictureUrl} alt="" />
          <div {...side}>{content.text}</div>
        </div>
      );
    case 'story-mention':
      return (
        <div className={classes['story']}>
          <small>You mentioned them in your story</small>
          <img src={content.url} alt="" />
        </div>
      );
    case 'unsupported':
      return (
        <div {...side}>
          <IconPlayerPlayFilled size={13} aria-hidden /> Something that Instagram does not pass on
        </div>
      );
  }
}
