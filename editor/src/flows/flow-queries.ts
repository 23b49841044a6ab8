import type { JsonValue } from '@heddle/schemas';
import { api, type FlowSummary } from '@heddle/schemas/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import { usePageList } from '../api/use-page-list.ts';

/** What the flow list may be narrowed to. */
export interface FlowFilter {
  readonly search?: string;
  readonly state?: FlowSummary['state'];
}

/** Flows of the workspace, page by page. */
export function useFlowList(filter: FlowFilter) {
  return usePageList(queryKeys.flowList(filter), (page, signal) =>
    callApi(api.flows.list, { query: { ...filter, ...page } }, { signal }),
  );
}

/** A flow with its draft. */
export function useFlow(id: string) {
  return useQuery({
    queryKey: queryKeys.flow(id),
    queryFn: ({ signal }) => callApi(api.flows.get, { params: { id } }, { signal }),
  });
}

/** The name of a flow; null while it loads, without an id, and when the flow is gone. */
export function useFlowName(id: string | null): string | null {
  const { data } = useQuery({
    queryKey: queryKeys.flow(id ?? ''),
    queryFn: ({ signal }) => callApi(api.flows.get, { params: { id: id ?? '' } }, { signal }),
    enabled: id !== null,
  });
  return data?.name ?? null;
}

/** Templates that can be started from. */
export function useTemplates() {
  return useQuery({
    queryKey: queryKeys.templates,
    queryFn: ({ signal }) => callApi(api.flows.templates, {}, { signal }),
    staleTime: Infinity,
  });
}

/** Definitions of all node types: titles, icons, categories, ports. */
export function useNodeTypes() {
  return useQuery({
    queryKey: queryKeys.nodeTypes,
    queryFn: ({ signal }) => callApi(api.flows.nodeTypes, {}, { signal }),
    staleTime: Infinity,
  });
}

/** Everything the list can do with a flow. Each refreshes what is shown of flows. */
export function useFlowActions() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: queryKeys.flows });
  return {
    create: useMutation({
      mutationFn: (body: { name?: string; templateId?: string }) => callApi(api.flows.create, { body }),
      onSuccess,
    }),
    importFlow: useMutation({
      mutationFn: (document: JsonValue) => callApi(api.flows.import, { body: document }),
      onSuccess,
    }),
    duplicate: useMutation({ mutationFn: (id: string) => callApi(api.flows.duplicate, { params: { id } }), onSuccess }),
    pause: useMutation({ mutationFn: (id: string) => callApi(api.flows.pause, { params: { id } }), onSuccess }),
    resume: useMutation({ mutationFn: (id: string) => callApi(api.flows.resume, { params: { id } }), onSuccess }),
    // Only the list: what is known of the flow itself would be asked for in vain.
    remove: useMutation({
      mutationFn: (id: string) => callApi(api.flows.remove, { params: { id } }),
      onSuccess: () => client.invalidateQueries({ queryKey: ['flows', 'list'] }),
    }),
    restore: useMutation({ mutationFn: (id: string) => callApi(api.flows.restore, { params: { id } }), onSuccess }),
    publish: useMutation({
      mutationFn: (input: { id: string; note?: string }) =>
        callApi(api.flows.publish, {
          params: { id: input.id },
          body: input.note === undefined ? {} : { note: input.note },
        }),
      onSuccess,
    }),
  };
}
