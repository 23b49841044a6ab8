import { Alert, Button, Center, Loader } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ReactFlowProvider } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import type { NodeDefinitionData } from '@heddle/schemas';
import { api, type FlowView } from '@heddle/schemas/api';
import { useEffect, useState, type ReactNode } from 'react';
import { toProblem } from '../api/api-problem.ts';
import { callApi } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useHasRole, useSession } from '../api/session-queries.ts';
import { useNodeTypes } from '../flows/flow-queries.ts';
import { notifyProblem } from '../shared/notify.tsx';
import { showMerged } from './top-bar/show-merged.tsx';
import { EditorLayout } from './EditorLayout.tsx';
import { createNodeCatalog } from './model/node-catalog.ts';
import { CanvasContext } from './store/canvas-state.ts';
import { EditorContext } from './store/editor-context.ts';
import { FlowSessionContext } from './sync/flow-session-context.ts';
import { openFlowSession, type FlowSession } from './sync/flow-session.ts';
import './flow-editor.css';

export interface FlowEditorPageProps {
  readonly flowId: string;
  /** What is docked beside the canvas when "Phone" is on: the simulator. Without it there is no phone button. */
  readonly phone?: ReactNode;
}

/** The page on which a flow is drawn. */
export function FlowEditorPage({ flowId, phone }: FlowEditorPageProps) {
  const flow = useFreshFlow(flowId);
  const types = useNodeTypes();
  const session = useSession();
  const canEdit = useHasRole('editor');
  const error = flow.error ?? types.error ?? session.error;
  if (flow.data !== undefined && types.data !== undefined && session.data !== undefined) {
    return (
      <OpenFlow
        key={`${flowId} ${canEdit}`}
        view={flow.data}
        definitions={types.data.items}
        canEdit={canEdit}
        phone={phone}
      />
    );
  }
  if (error === null) {
    return (
      <Center h="100dvh">
        <Loader type="dots" aria-label="Loading the flow" />
      </Center>
    );
  }
  const problem = toProblem(error);
  return (
    <Center h="100dvh" p="xl">
      <Alert color="red" title={problem.detail} maw={420}>
        {problem.remedy}
        <Button
          mt="sm"
          size="xs"
          variant="light"
          color="red"
          onClick={() => void Promise.all([flow.refetch(), types.refetch()])}
        >
          Try again
        </Button>
      </Alert>
    </Center>
  );
}

/** The flow as it is on the server now: a draft from the cache would be behind what was saved since. */
function useFreshFlow(id: string) {
  return useQuery({
    queryKey: [...queryKeys.flow(id), 'open'],
    queryFn: ({ signal }) => callApi(api.flows.get, { params: { id } }, { signal }),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

/** Runs, events and messages link to the node that they are about, by `?node=`. One that is gone is passed over. */
function showLinkedNode({ store }: FlowSession): void {
  const node = new URLSearchParams(window.location.search).get('node');
  const { document, selectNode } = store.getState();
  if (node !== null && Object.hasOwn(document.nodes, node)) selectNode(node);
}

interface OpenFlowProps {
  readonly view: FlowView;
  readonly definitions: readonly NodeDefinitionData[];
  readonly canEdit: boolean;
  readonly phone: ReactNode;
}

/** A loaded flow. The session follows the draft from here on; a view that is loaded later counts when it is newer. */
function OpenFlow({ view, definitions, canEdit, phone }: OpenFlowProps) {
  const [session] = useState(() =>
    openFlowSession(view, createNodeCatalog(definitions), { isReadOnly: !canEdit, messages: MESSAGES }),
  );
  useEffect(() => () => session.close(), [session]);
  useEffect(() => showLinkedNode(session), [session]);
  useEffect(() => session.onLoaded(view), [session, view]);
  const client = useQueryClient();
  useEffect(
    () =>
      // The phone reads from the cache which account the flow listens to.
      session.store.subscribe(({ bindings }, before) => {
        if (bindings !== before.bindings)
          client.setQueryData<FlowView>(queryKeys.flow(session.flowId), (cached) =>
            cached === undefined ? cached : { ...cached, bindings },
          );
      }),
    [session, client],
  );
  return (
    <FlowSessionContext value={session}>
      <EditorContext value={session.store}>
        <CanvasContext value={session.store}>
          <ReactFlowProvider>
            <EditorLayout session={session} phone={phone} />
          </ReactFlowProvider>
        </CanvasContext>
      </EditorContext>
    </FlowSessionContext>
  );
}

const MESSAGES = {
  refused: (reason: string) =>
    void notifications.show({
      color: 'yellow',
      autoClose: 10_000,
      title: 'A change could not be saved',
      message: reason,
    }),
  merged: showMerged,
  problem: notifyProblem,
};
