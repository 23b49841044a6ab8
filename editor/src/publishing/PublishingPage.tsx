import { Badge, Button, Group, Tooltip } from '@mantine/core';
import type { PostView } from '@heddle/schemas/api';
import { IconCalendarTime, IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { queryKeys } from '../api/query-keys.ts';
import { useHasRole } from '../api/session-queries.ts';
import { useLiveChanges } from '../api/use-live.ts';
import { LoadMore } from '../shared/LoadMore.tsx';
import { Page, PageHeader } from '../shared/PageHeader.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { useNowMs } from '../shared/RelativeTime.tsx';
import { Composer } from './Composer.tsx';
import { PostCard } from './PostCard.tsx';
import { usePostList, usePublishingLimits } from './post-queries.ts';
import { waitWords } from './schedule-words.ts';
import classes from './Publishing.module.css';

/** Posts: compose, publish now or at a time, and watch each on its way. */
export function PublishingPage() {
  const list = usePostList();
  const isEditor = useHasRole('editor');
  useProgress(list.items);
  const [composing, setComposing] = useState<PostView | 'new' | null>(null);
  const newPost = (
    <Button leftSection={<IconPlus size={17} />} onClick={() => setComposing('new')} data-testid="new-post">
      New post
    </Button>
  );
  return (
    <Page>
      <PageHeader
        title="Publishing"
        lead="Posts for your accounts. Each is published by a flow that you can open and change."
        actions={
          <>
            <Limits />
            {isEditor && composing === null && newPost}
          </>
        }
      />
      {composing !== null && (
        <Composer
          key={composing === 'new' ? 'new' : composing.id}
          post={composing === 'new' ? null : composing}
          onClose={() => setComposing(null)}
        />
      )}
      {list.isPending && <LoadingRows rows={3} height={120} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && list.items.length === 0 && composing === null && (
        <EmptyState icon={IconCalendarTime} title="No posts yet" action={isEditor && newPost}>
          Compose a picture or a carousel, see it as Instagram will show it, and publish it now or at a time of your
          choice.
        </EmptyState>
      )}
      <div className={classes['list']}>
        {list.items.map((post) => (
          <PostCard key={post.id} post={post} isEditor={isEditor} onEdit={() => setComposing(post)} />
        ))}
      </div>
      <LoadMore pages={list} />
    </Page>
  );
}

/** While a post is on its way, each node of its flow that gets on is a step to show. */
function useProgress(posts: readonly PostView[]): void {
  const client = useQueryClient();
  const isWatching = posts.some((post) => post.status === 'publishing');
  useLiveChanges((changes) => {
    if (isWatching && changes.some((change) => change.kind === 'node' || change.kind === 'run'))
      void client.invalidateQueries({ queryKey: queryKeys.posts });
  });
}

/** "12 of 100 left" for each account. */
function Limits() {
  const { data } = usePublishingLimits();
  const nowMs = useNowMs();
  return (
    <Group gap={8}>
      {(data?.items ?? []).map((item) => {
        const wait = item.nextFreeAt === null ? '' : waitWords(item.nextFreeAt, nowMs);
        const isEmpty = item.quota?.left === 0;
        return (
          <Tooltip
            key={item.connectionId}
            multiline
            maw={280}
            label={
              item.problem ?? `Instagram takes ${item.quota?.total ?? '…'} posts in 24 hours from @${item.username}.`
            }
          >
            <Badge
              variant="light"
              size="lg"
              radius="xl"
              color={item.problem !== null ? 'yellow' : isEmpty ? 'red' : 'gray'}
              data-testid="publishing-limit"
            >
              @{item.username}: {item.summary}
              {wait === '' ? '' : `, ${wait}`}
            </Badge>
          </Tooltip>
        );
      })}
    </Group>
  );
}
