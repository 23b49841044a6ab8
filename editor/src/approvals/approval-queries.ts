import { api, type ApprovalView } from '@heddle/schemas/api';
import { useQuery } from '@tanstack/react-query';
import { callApi } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import { usePageList } from '../api/use-page-list.ts';
import type { Decision } from './decision-desk.ts';

/** Questions that wait for a decision, oldest first. */
export function useOpenApprovals() {
  return usePageList(queryKeys.approvalList, (page, signal) =>
    callApi(api.runs.approvals, { query: page }, { signal }),
  );
}

/** What was decided, newest first. */
export function useDecisions() {
  return usePageList(queryKeys.decisions, (page, signal) => callApi(api.runs.decisions, { query: page }, { signal }));
}

/** How much waits for somebody, for the navigation. */
export function useAttention() {
  return useQuery({
    queryKey: queryKeys.attention,
    queryFn: ({ signal }) => callApi(api.attention.get, {}, { signal }),
    // Notes that no live change tells of (the catalog's reminders) come with the next look.
    refetchInterval: 60_000,
  });
}

/** Sends a decision. @param isLeaving The page is being closed: the request must outlive it. */
export function sendDecision(
  { item, decision, note }: Decision<Pick<ApprovalView, 'runId' | 'position'>>,
  isLeaving: boolean,
) {
  return callApi(
    api.runs.decide,
    { params: { id: item.runId, position: item.position }, body: { decision, ...(note === '' ? {} : { note }) } },
    { keepalive: isLeaving },
  );
}
