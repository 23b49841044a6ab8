import { IconHeart, IconMessageCircle, IconRosetteDiscountCheckFilled } from '@tabler/icons-react';
import type { PostView } from '@heddle/nodes/instagram-customer';
import { ErrorState } from '../shared/PageStates.tsx';
import { relativeTime } from '../shared/relative-time.ts';
import { PictureStrip } from './PictureStrip.tsx';
import { usePhoneNowMs } from './PhoneFrame.tsx';
import { usePhone } from './phone-context.ts';
import { usePosts } from './phone-queries.ts';
import classes from './FeedScreen.module.css';

/** The shop's profile and its posts, newest first. */
export function FeedScreen() {
  const { account, open } = usePhone();
  const posts = usePosts(account.id);
  const stories = posts.data?.filter((post) => post.kind === 'story') ?? [];
  const newestStory = stories[0];
  return (
    <div className={classes['scroll']} data-testid="phone-feed">
      <header className={classes['profile']}>
        <button
          type="button"
          className={classes['picture']}
          data-story={newestStory !== undefined || undefined}
          disabled={newestStory === undefined}
          onClick={() => newestStory !== undefined && open({ kind: 'story', mediaId: newestStory.id })}
          aria-label={newestStory === undefined ? undefined : `Open the story of ${account.username}`}
          data-testid="phone-story"
        >
          <img src={account.pictureUrl} alt="" />
        </button>
        <div className={classes['words']}>
          <b>{account.username}</b>
          <span className={classes['counts']}>
            <b>{account.postsCount}</b> posts · <b>{account.followersCount.toLocaleString('en')}</b> followers
          </span>
          <span className={classes['bio']}>{account.biography}</span>
          <button
            type="button"
            className={classes['message']}
            onClick={() => open({ kind: 'thread' })}
            data-testid="phone-message-shop"
          >
            Message
          </button>
        </div>
      </header>
      {posts.isError && <ErrorState error={posts.error} onRetry={() => void posts.refetch()} />}
      {posts.data
        ?.filter((post) => post.kind !== 'story')
        .map((post) => (
          <PostCard key={post.id} post={post} />
        ))}
    </div>
  );
}

function PostCard({ post }: { post: PostView }) {
  const { account, open } = usePhone();
  const nowMs = usePhoneNowMs();
  return (
    <article className={classes['post']} data-testid="phone-post" data-media-id={post.id}>
      <div className={classes['author']}>
        <img src={account.pictureUrl} alt="" />
        <b>{account.username}</b>
        <IconRosetteDiscountCheckFilled size={14} className={classes['mark']} aria-hidden />
        {post.kind === 'live' && <span className={classes['live']}>LIVE</span>}
        {post.kind === 'reel' && <span className={classes['kind']}>Reel</span>}
      </div>
      <button
        type="button"
        className={classes['open']}
        onClick={() => open({ kind: 'post', mediaId: post.id })}
        aria-label={`Open the post: ${post.caption.slice(0, 80)}`}
      >
        <PictureStrip urls={post.pictureUrls} />
      </button>
      <div className={classes['actions']}>
        <span>
          <IconHeart size={21} stroke={1.7} aria-hidden /> {post.likeCount.toLocaleString('en')}
        </span>
        <button
          type="button"
          onClick={() => open({ kind: 'post', mediaId: post.id })}
          data-testid="phone-open-comments"
        >
          <IconMessageCircle size={21} stroke={1.7} aria-hidden /> {post.commentsCount}
          <span className="visually-hidden">comments</span>
        </button>
      </div>
      <p className={classes['caption']}>
        <b>{account.username}</b> {post.caption}
      </p>
      <small className={classes['when']}>{relativeTime(new Date(post.atMs).toISOString(), nowMs)}</small>
    </article>
  );
}
