import { Avatar } from '@mantine/core';
import {
  IconBookmark,
  IconChevronLeft,
  IconChevronRight,
  IconDots,
  IconHeart,
  IconMessageCircle,
  IconPhoto,
  IconSend,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { ComposedPicture } from './composer-state.ts';
import classes from './PostPreview.module.css';

/** Instagram shows this much of a caption before "more". */
const SHORT_CAPTION = 125;

/** The post as the feed shows it: cropped like the first picture, the caption cut, hashtags and mentions as links. */
export function PostPreview({
  username,
  avatarUrl,
  pictures,
  caption,
}: {
  username: string;
  avatarUrl: string | null;
  pictures: readonly ComposedPicture[];
  caption: string;
}) {
  const [wanted, setWanted] = useState(0);
  const [isWhole, setIsWhole] = useState(false);
  const [aspect, setAspect] = useState(1);
  const at = Math.min(wanted, Math.max(0, pictures.length - 1));
  const picture = pictures[at];
  const isLong = [...caption].length > SHORT_CAPTION || caption.includes('\n');
  const shown = isWhole || !isLong ? caption : [...(caption.split('\n')[0] ?? '')].slice(0, SHORT_CAPTION).join('');
  return (
    <figure className={classes['post']} aria-label="Preview of the post" data-testid="post-preview">
      <div className={classes['head']}>
        <Avatar src={avatarUrl} name={username} size={32} radius="50%" color="initials" />
        <b>{username}</b>
        <IconDots size={18} aria-hidden />
      </div>
      <div className={classes['frame']} style={{ aspectRatio: aspect }}>
        {picture === undefined ? (
          <div className={classes['nothing']}>
            <IconPhoto size={44} stroke={1.2} aria-hidden />
          </div>
        ) : (
          <img
            key={picture.key}
            src={picture.url}
            alt={picture.altText}
            // All pictures are cropped to the shape of the first, within what Instagram allows.
            onLoad={(event) => {
              const { naturalWidth, naturalHeight } = event.currentTarget;
              if (at === 0 && naturalHeight > 0) setAspect(Math.min(1.91, Math.max(0.8, naturalWidth / naturalHeight)));
            }}
          />
        )}
        {pictures.length > 1 && (
          <>
            <span className={classes['count']}>
              {at + 1}/{pictures.length}
            </span>
            {at > 0 && (
              <button
                type="button"
                className={classes['turn']}
                data-side="left"
                onClick={() => setWanted(at - 1)}
                aria-label="Picture before"
              >
                <IconChevronLeft size={16} />
              </button>
            )}
            {at < pictures.length - 1 && (
              <button
                type="button"
                className={classes['turn']}
                data-side="right"
                onClick={() => setWanted(at + 1)}
                aria-label="Next picture"
              >
                <IconChevronRight size={16} />
              </button>
            )}
          </>
        )}
      </div>
      <div className={classes['icons']} aria-hidden>
        <IconHeart size={23} />
        <IconMessageCircle size={23} />
        <IconSend size={22} />
        {pictures.length > 1 && (
          <span className={classes['dots']}>
            {pictures.map((item, index) => (
              <i key={item.key} data-on={index === at ? '' : undefined} />
            ))}
          </span>
        )}
        <IconBookmark size={23} />
      </div>
      <figcaption className={classes['caption']}>
        <b>{username}</b> <CaptionText text={shown} />
        {isLong && !isWhole && (
          <button type="button" onClick={() => setIsWhole(true)}>
            … more
          </button>
        )}
      </figcaption>
    </figure>
  );
}

/** Hashtags and mentions in the colour of links. */
function CaptionText({ text }: { text: string }) {
  return text
    .split(/([#@][\p{L}\p{N}_.]+)/u)
    .map((part, index) => (index % 2 === 1 ? <a key={index}>{part}</a> : part));
}
