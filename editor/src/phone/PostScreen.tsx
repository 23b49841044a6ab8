import type { CommentView, PostView } from '@heddle/nodes/instagram-customer';
import { IconHeart } from '@tabler/icons-react';
import { useState } from 'react';
import { relativeTime } from '../shared/relative-time.ts';
import { PhoneComposer } from './PhoneComposer.tsx';
import { PhoneTopBar } from './PhoneTopBar.tsx';
import { PersonaAvatar } from './PersonaPicker.tsx';
import { PictureStrip } from './PictureStrip.tsx';
import { usePhoneNowMs } from './PhoneFrame.tsx';
import { toCommentTree } from './comment-tree.ts';
import { usePhone } from './phone-context.ts';
import { useAct, usePersonas, usePosts } from './phone-queries.ts';
import classes from './PostScreen.module.css';

/** One post with its comments, and the box to write one. */
export function PostScreen({ mediaId }: { mediaId: string }) {
  const { account, persona, open } = usePhone();
  const posts = usePosts(account.id);
  const act = useAct(account.id, persona.id);
  const [answerTo, setAnswerTo] = useState<CommentView | null>(null);
  const post = posts.data?.find((item) => item.id === mediaId);
  const send = (text: string) => {
    act.mutate({
      kind: 'comment',
      mediaId,
      text,
      ...(answerTo === null ? {} : { parentId: answerTo.parentId ?? answerTo.id }),
    });
    setAnswerTo(null);
  };
  return (
    <>
      <PhoneTopBar
        onBack={() => open({ kind: 'feed' })}
        picture={account.pictureUrl}
        title={account.username}
        note="Post"
      />
      <div className={classes['scroll']}>
        {post !== undefined && <PostBody post={post} onAnswer={setAnswerTo} />}
        {posts.data !== undefined && post === undefined && (
          <p className={classes['gone']}>This post is not there any more.</p>
        )}
      </div>
      {answerTo !== null && (
        <div className={classes['answering']}>
          Answering {answerTo.username}
          <button type="button" onClick={() => setAnswerTo(null)}>
            Cancel
          </button>
        </div>
      )}
      {post?.isCommentEnabled === false ? (
        <p className={classes['gone']}>Comments are turned off.</p>
      ) : (
        <PhoneComposer
          placeholder={`Comment as ${persona.username}`}
          sendLabel="Post"
          onSend={send}
          testId="phone-comment"
          isFocused
        />
      )}
    </>
  );
}

function PostBody({ post, onAnswer }: { post: PostView; onAnswer: (comment: CommentView) => void }) {
  const { account } = usePhone();
  const branches = toCommentTree(post.comments);
  return (
    <>
      <div className={classes['head']}>
        <div className={classes['thumb']}>
          <PictureStrip urls={post.pictureUrls} />
        </div>
        <p>
          <b>{account.username}</b> {post.caption}
        </p>
      </div>
      <ul className={classes['comments']} aria-label="Comments">
        {branches.length === 0 && <li className={classes['gone']}>No comments yet. Write the first one.</li>}
        {branches.map(({ comment, replies }) => (
          <li key={comment.id}>
            <Comment comment={comment} onAnswer={onAnswer} />
            {replies.length > 0 && (
              <ul className={classes['replies']}>
                {replies.map((reply) => (
                  <li key={reply.id}>
                    <Comment comment={reply} onAnswer={onAnswer} />
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
      {post.commentsCount > post.comments.length && (
        <p className={classes['gone']}>{post.commentsCount - post.comments.length} older comments are not shown.</p>
      )}
    </>
  );
}

function Comment({ comment, onAnswer }: { comment: CommentView; onAnswer: (comment: CommentView) => void }) {
  const { account, persona, open } = usePhone();
  const { data: personas } = usePersonas(account.id);
  const nowMs = usePhoneNowMs();
  const author = personas?.find((item) => item.id === comment.personaId);
  const isMine = comment.personaId === persona.id;
  return (
    <div
      className={classes['comment']}
      data-business={comment.isByBusiness || undefined}
      data-testid="phone-comment-item"
      data-by={comment.isByBusiness ? 'business' : comment.username}
    >
      {comment.isByBusiness ? (
        <img src={account.pictureUrl} alt="" className={classes['face']} />
      ) : (
        <PersonaAvatar
          persona={author ?? { name: comment.username, pictureUrl: '', avatarColor: '#8b8ba0' }}
          size={30}
        />
      )}
      <div className={classes['text']}>
        <span>
          <b>{comment.username}</b>
          {comment.isByBusiness && <em>Author</em>}{' '}
          <small>{relativeTime(new Date(comment.atMs).toISOString(), nowMs)}</small>
        </span>
        <span className={classes['words']}>{comment.text}</span>
        <span className={classes['under']}>
          <button type="button" onClick={() => onAnswer(comment)}>
            Reply
          </button>
          {comment.isHidden && <span>Hidden by the shop</span>}
          {comment.privateReplyMid !== null && isMine && (
            <button
              type="button"
              className={classes['private']}
              onClick={() => open({ kind: 'thread' })}
              data-testid="phone-private-reply-link"
            >
              Answered in a message
            </button>
          )}
        </span>
      </div>
      <IconHeart size={14} className={classes['heart']} aria-hidden />
    </div>
  );
}
