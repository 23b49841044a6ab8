import { ActionIcon, Alert, Anchor, Button, Group, Menu, Text } from '@mantine/core';
import type { PostView } from '@heddle/schemas/api';
import {
  IconDots,
  IconExternalLink,
  IconPencil,
  IconRefresh,
  IconRoute,
  IconSend,
  IconTrash,
} from '@tabler/icons-react';
import { Link } from 'wouter';
import { notifyDone, notifyProblem } from '../shared/notify.tsx';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { StatusPill } from '../shared/StatusPill.tsx';
import { usePostActions } from './post-queries.ts';
import { PostSteps } from './PostSteps.tsx';
import { scheduleWords } from './schedule-words.ts';
import classes from './Publishing.module.css';

/** States in which a post may be changed. */
const CHANGEABLE = new Set<PostView['status']>(['draft', 'scheduled', 'failed']);

/** One post: how it stands, its progress while it is on its way, its link, or the reason and what can be done. */
export function PostCard({ post, isEditor, onEdit }: { post: PostView; isEditor: boolean; onEdit: () => void }) {
  const actions = usePostActions();
  const [first] = post.media;
  const onError = notifyProblem;
  return (
    <article className={classes['card']} data-testid="post-card" data-status={post.status}>
      <div className={classes['cover']}>
        {first === undefined ? (
          <span className={classes['noCover']} />
        ) : (
          <img src={first.url} alt={first.altText} loading="lazy" />
        )}
        {post.media.length > 1 && <span className={classes['many']}>{post.media.length}</span>}
      </div>
      <div className={classes['cardWords']}>
        <Group gap={8}>
          <StatusPill status={post.status} />
          <Text size="sm" c="dimmed">
            @{post.username} · {post.kind === 'carousel' ? 'Carousel' : 'Picture'} · <When post={post} />
          </Text>
        </Group>
        <Text className={classes['captionText']}>{post.caption === '' ? <i>No caption</i> : post.caption}</Text>
        {(post.status === 'publishing' || (post.status === 'failed' && post.runId !== null)) && (
          <PostSteps steps={post.steps} />
        )}
        {post.reason !== null && post.status !== 'published' && (
          <Alert
            variant="light"
            p="xs"
            color={post.status === 'failed' ? 'red' : post.status === 'unconfirmed' ? 'grape' : 'yellow'}
            title={post.status === 'unconfirmed' ? 'Nobody can say yet whether it is visible' : undefined}
            data-testid="post-reason"
          >
            {post.reason}
            {post.status === 'unconfirmed' &&
              ' Heddle keeps asking Instagram and does not publish it again. Look at the account; you can settle it under Activity.'}
          </Alert>
        )}
        <Group gap="md">
          {post.permalink !== null && (
            <Anchor href={post.permalink} target="_blank" rel="noreferrer" size="sm" data-testid="post-link">
              See it on Instagram <IconExternalLink size={14} style={{ verticalAlign: -2 }} aria-hidden />
            </Anchor>
          )}
          {post.runId !== null && (
            <Anchor component={Link} href={`/runs/${post.runId}`} size="sm" c="dimmed">
              See the run
            </Anchor>
          )}
          {post.status === 'unconfirmed' && (
            <Anchor component={Link} href="/activity?state=unknown" size="sm">
              Open Activity
            </Anchor>
          )}
        </Group>
      </div>
      {isEditor && (
        <Group gap={6} wrap="nowrap" className={classes['cardDeeds']}>
          {post.status === 'failed' && (
            <Button
              size="xs"
              variant="light"
              leftSection={<IconRefresh size={15} />}
              loading={actions.retry.isPending}
              onClick={() => actions.retry.mutate(post.id, { onError })}
              data-testid="try-again"
            >
              Try again
            </Button>
          )}
          {(post.status === 'draft' || post.status === 'scheduled') && (
            <Button
              size="xs"
              variant="light"
              leftSection={<IconSend size={15} />}
              loading={actions.publish.isPending}
              onClick={() => actions.publish.mutate(post.id, { onError })}
            >
              Publish now
            </Button>
          )}
          <Menu position="bottom-end" width={190}>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" size={32} aria-label="More about this post">
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {CHANGEABLE.has(post.status) && (
                <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
                  Change
                </Menu.Item>
              )}
              {post.flowId !== null && (
                <Menu.Item leftSection={<IconRoute size={16} />} component={Link} href={`/flows/${post.flowId}`}>
                  Open its flow
                </Menu.Item>
              )}
              <Menu.Item
                color="red"
                leftSection={<IconTrash size={16} />}
                disabled={post.status === 'publishing' || post.status === 'unconfirmed'}
                onClick={() =>
                  actions.remove.mutate(post.id, {
                    onError,
                    onSuccess: () =>
                      notifyDone(post.status === 'published' ? 'Deleted here; on Instagram it stays.' : 'Deleted.'),
                  })
                }
              >
                Delete
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      )}
    </article>
  );
}

function When({ post }: { post: PostView }) {
  if (post.status === 'scheduled' && post.scheduledAt !== null && post.schedule !== null) {
    return <>{scheduleWords(post.scheduledAt, post.schedule.timeZone)}</>;
  }
  if (post.publishedAt !== null) return <RelativeTime at={post.publishedAt} />;
  return <RelativeTime at={post.updatedAt} />;
}
