import { IconX } from '@tabler/icons-react';
import { PhoneComposer } from './PhoneComposer.tsx';
import { usePhone } from './phone-context.ts';
import { useAct, usePosts } from './phone-queries.ts';
import classes from './StoryScreen.module.css';

/** The shop's story; an answer to it goes to the messages. */
export function StoryScreen({ mediaId }: { mediaId: string }) {
  const { account, persona, open } = usePhone();
  const posts = usePosts(account.id);
  const act = useAct(account.id, persona.id);
  const story = posts.data?.find((post) => post.id === mediaId);
  return (
    <div className={classes['story']}>
      {story?.pictureUrls[0] !== undefined && (
        <img className={classes['picture']} src={story.pictureUrls[0]} alt={story.caption} />
      )}
      <div className={classes['top']}>
        <div className={classes['progress']} />
        <div className={classes['author']}>
          <img src={account.pictureUrl} alt="" />
          <b>{account.username}</b>
          <button
            type="button"
            onClick={() => open({ kind: 'feed' })}
            aria-label="Close the story"
            data-testid="phone-back"
          >
            <IconX size={24} stroke={1.8} aria-hidden />
          </button>
        </div>
      </div>
      <div className={classes['bottom']}>
        <PhoneComposer
          placeholder={`Answer ${account.username}`}
          sendLabel="Send"
          testId="phone-story"
          onSend={(text) =>
            act.mutate({ kind: 'story-reply', mediaId, text }, { onSuccess: () => open({ kind: 'thread' }) })
          }
        />
      </div>
    </div>
  );
}
