import { ActionIcon, Alert, Button, Center, Drawer, Loader, Tooltip } from '@mantine/core';
import { useDisclosure, useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconLayoutSidebarLeftExpand, IconX } from '@tabler/icons-react';
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
import { useLiveChanges } from '../api/use-live.ts';
import { useNodeTypes } from '../flows/flow-queries.ts';
import { notifyProblem } from '../shared/notify.tsx';
import { LiveRunBar } from './canvas/LiveRunBar.tsx';
import { useLiveRun } from './sync/use-live-run.ts';
import { EditorCanvas } from './canvas/EditorCanvas.tsx';
import { useFitBesideDock } from './canvas/use-canvas-view.ts';
import { useEditorKeys } from './canvas/use-editor-keys.ts';
import { Inspector } from './inspector/Inspector.tsx';
import { createNodeCatalog } from './model/node-catalog.ts';
import { Palette } from './palette/Palette.tsx';
import { CanvasContext } from './store/canvas-state.ts';
import { EditorContext, useEditor, useEditorStore } from './store/editor-context.ts';
import { NOTHING_SELECTED } from './store/editor-store.ts';
import { FlowSessionContext } from './sync/flow-session-context.ts';
import { openFlowSession, type FlowSession } from './sync/flow-session.ts';
import { ShortcutsModal } from './top-bar/ShortcutsModal.tsx';
import { TestPanel } from './top-bar/TestPanel.tsx';
import { TopBar } from './top-bar/TopBar.tsx';
import { VersionsDrawer } from './top-bar/VersionsDrawer.tsx';
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
  reloaded: (reason: string | null) =>
    void notifications.show({
      color: 'yellow',
      autoClose: 10_000,
      title: reason === null ? 'Somebody else changed this flow' : 'A change could not be saved',
      message: reason ?? 'You see the newest draft now. Your last change was not applied; please make it again.',
    }),
  problem: notifyProblem,
};

function EditorLayout({ session, phone }: { readonly session: FlowSession; readonly phone: ReactNode }) {
  const store = useEditorStore();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const hasSelection = useEditor((state) => state.selection.nodes.length > 0);
  const isWide = useMediaQuery('(min-width: 75em)', true, { getInitialValueInEffect: false });
  const [isPaletteWanted, setPalette] = useLocalStorage({
    key: 'heddle-palette',
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  const [isPhoneOpen, phoneToggle] = useDisclosure(false);
  const [isTestOpen, testToggle] = useDisclosure(false);
  const [isVersionsOpen, versions] = useDisclosure(false);
  const [isShortcutsOpen, shortcuts] = useDisclosure(false);
  const hasPhone = phone !== undefined && phone !== null;
  useEditorKeys({ onShortcuts: shortcuts.open });
  useLiveChanges(session.onLive);
  useLeaveWarning(session);
  const live = useLiveRun(store, session.flowId, isPhoneOpen && !isTestOpen);
  useFlowNumbers(session, !isTestOpen && live.run === undefined);
  useFitBesideDock(isPhoneOpen || isTestOpen);

  const [isPaletteDrawerOpen, paletteDrawer] = useDisclosure(false);
  const isPaletteOpen = isPaletteWanted && !isReadOnly && isWide;
  const showPalette = () => (isWide ? setPalette(true) : paletteDrawer.open());
  usePaletteOnRequest(showPalette);
  // Beside the phone or the tests there is room for a form, but not for the settings of the flow.
  const hasInspector = hasSelection || !(isPhoneOpen || isTestOpen);
  return (
    <div className="fe-page">
      <TopBar
        hasPhone={hasPhone}
        isPhoneOpen={isPhoneOpen}
        onPhone={phoneToggle.toggle}
        isTestOpen={isTestOpen}
        onTest={testToggle.toggle}
        onVersions={versions.open}
        onShortcuts={shortcuts.open}
      />
      <div className="fe-main">
        {isPaletteOpen && <Palette onClose={() => setPalette(false)} />}
        <div className="fe-centre">
          <EditorCanvas />
          <LiveRunBar live={live} />
          {!isPaletteOpen && !isReadOnly && (
            <Tooltip label="Show the palette" position="right">
              <ActionIcon
                className="fe-palette-open"
                variant="default"
                size={38}
                aria-label="Show the palette"
                onClick={showPalette}
              >
                <IconLayoutSidebarLeftExpand size={19} />
              </ActionIcon>
            </Tooltip>
          )}
        </div>
        {isTestOpen && <TestPanel onClose={testToggle.close} />}
        {hasPhone && isPhoneOpen && (
          <aside className="fe-phone-dock" aria-label="Phone">
            <ActionIcon
              className="fe-phone-close"
              variant="subtle"
              color="gray"
              aria-label="Close the phone"
              onClick={phoneToggle.close}
            >
              <IconX size={17} />
            </ActionIcon>
            {phone}
          </aside>
        )}
        {isWide ? (
          hasInspector && <Inspector />
        ) : (
          <Drawer
            opened={hasSelection}
            onClose={() => store.getState().select(NOTHING_SELECTED)}
            position="right"
            size={400}
            padding={0}
            withCloseButton={false}
            overlayProps={{ backgroundOpacity: 0.1 }}
            aria-label="Settings"
            keepMounted={false}
          >
            <Inspector />
          </Drawer>
        )}
        {!isWide && !isReadOnly && (
          <Drawer
            opened={isPaletteDrawerOpen}
            onClose={paletteDrawer.close}
            position="left"
            size={290}
            padding={0}
            withCloseButton={false}
            overlayProps={{ backgroundOpacity: 0.1 }}
            aria-label="Palette"
          >
            <Palette onClose={paletteDrawer.close} />
          </Drawer>
        )}
      </div>
      <VersionsDrawer isOpen={isVersionsOpen} onClose={versions.close} />
      <ShortcutsModal isOpen={isShortcutsOpen} onClose={shortcuts.close} />
    </div>
  );
}

/** "/" also opens a palette that is hidden. */
function usePaletteOnRequest(open: () => void): void {
  const focus = useEditor((state) => state.focus);
  useEffect(() => {
    if (focus?.target === 'palette') open();
  }, [focus, open]);
}

/** The browser asks before a tab with unsaved changes is closed. */
function useLeaveWarning(session: FlowSession): void {
  useEffect(() => {
    const onLeave = (event: BeforeUnloadEvent) => {
      if (!session.hasUnsaved()) return;
      void session.flush();
      event.preventDefault();
    };
    window.addEventListener('beforeunload', onLeave);
    return () => window.removeEventListener('beforeunload', onLeave);
  }, [session]);
}

/** Numbers of the last seven days on the cards of a published flow, refreshed by live changes. */
function useFlowNumbers(session: FlowSession, isOn: boolean): void {
  const isPublished = useEditor((state) => state.status.publishedVersion !== null);
  const { data } = useQuery({
    queryKey: queryKeys.flowStats(session.flowId, 7),
    queryFn: ({ signal }) =>
      callApi(api.flows.stats, { params: { id: session.flowId }, query: { days: 7 } }, { signal }),
    enabled: isPublished,
  });
  useEffect(() => {
    if (!isOn || data === undefined) return;
    const nodes = Object.fromEntries(Object.entries(data.nodes).map(([id, counters]) => [id, { counters }]));
    session.store.getState().setOverlay({ nodes, edges: [] });
  }, [data, session, isOn]);
}
