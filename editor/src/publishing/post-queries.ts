import type { PostContent } from '@heddle/nodes/definitions';
import { api, type PostSchedule } from '@heddle/schemas/api';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import { usePageList } from '../api/use-page-list.ts';

/** Posts, newest first, page by page. */
export function usePostList() {
  return usePageList(queryKeys.postList({}), (page, signal) =>
    callApi(api.publishing.list, { query: page }, { signal }),
  );
}

/** What each account may still publish today. */
export function usePublishingLimits() {
  return useQuery({
    queryKey: queryKeys.publishingLimits,
    queryFn: ({ signal }) => callApi(api.publishing.limits, {}, { signal }),
    staleTime: 30_000,
  });
}

/** The server's check of a post: account, posts left, pictures fetched and looked at. Asked for when there is something to check. */
export function usePostCheck(connectionId: string | null, content: PostContent) {
  return useQuery({
    queryKey: ['post-check', connectionId, content],
    enabled: connectionId !== null && content.media.length > 0,
    queryFn: ({ signal }) =>
      callApi(
        api.publishing.validate,
        {
          body: {
            connectionId: connectionId ?? '',
            caption: content.caption,
            media: content.media.map((item) => ({ ...item })),
          },
        },
        { signal },
      ),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
}

/** Pictures of the account's earlier posts, to be used again. */
export function useEarlierPictures(connectionId: string | null, isWanted: boolean) {
  return useQuery({
    queryKey: queryKeys.media(connectionId ?? ''),
    enabled: connectionId !== null && isWanted,
    queryFn: ({ signal }) =>
      callApi(api.connections.media, { params: { id: connectionId ?? '' }, query: { limit: 48 } }, { signal }),
    staleTime: 60_000,
  });
}

/** A post as the composer gives it to the server. */
export interface PostDraft extends PostContent {
  readonly connectionId: string;
  readonly schedule: PostSchedule | null;
}

/** Everything that can be done with posts. */
export function usePostActions() {
  const client = useQueryClient();
  const onSettled = async (): Promise<void> => {
    await Promise.all([
      client.invalidateQueries({ queryKey: queryKeys.posts }),
      client.invalidateQueries({ queryKey: queryKeys.publishingLimits }),
    ]);
  };
  return {
    create: useMutation({
      mutationFn: ({ draft, isNow }: { draft: PostDraft; isNow: boolean }) =>
        callApi(api.publishing.create, {
          body: {
            ...toBody(draft),
            ...(isNow ? { publishNow: true } : draft.schedule === null ? {} : { schedule: draft.schedule }),
          },
        }),
      onSettled,
    }),
    update: useMutation({
      mutationFn: ({ id, draft }: { id: string; draft: PostDraft }) =>
        callApi(api.publishing.update, { params: { id }, body: { ...toBody(draft), schedule: draft.schedule } }),
      onSettled,
    }),
    publish: useMutation({
      mutationFn: (id: string) => callApi(api.publishing.publish, { params: { id } }),
      onSettled,
    }),
    retry: useMutation({ mutationFn: (id: string) => callApi(api.publishing.retry, { params: { id } }), onSettled }),
    remove: useMutation({ mutationFn: (id: string) => callApi(api.publishing.remove, { params: { id } }), onSettled }),
  };
}

function toBody({ connectionId, caption, media }: PostDraft) {
  return { connectionId, caption, media: media.map((item) => ({ ...item })) };
}
