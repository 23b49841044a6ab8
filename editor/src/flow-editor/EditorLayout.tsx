import { ActionIcon, Drawer, Tooltip } from '@mantine/core';
import { useDisclosure, useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { IconLayoutSidebarLeftExpand, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api } from '@heddle/schemas/api';
import { useEffect, type ReactNode } from 'react';
import { callApi } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useLiveChanges } from '../api/use-live.ts';
import { EditorCanvas } from './canvas/EditorCanvas.tsx';
import { LiveRunBar } from './canvas/LiveRunBar.tsx';
import { useFitBesideDock } from './canvas/use-canvas-view.ts';
import { useEditorKeys } from './canvas/use-editor-keys.ts';
import { Inspector } from './inspector/Inspector.tsx';
import { Palette } from './palette/Palette.tsx';
import { useEditor, useEditorStore } from './store/editor-context.ts';
import { NOTHING_SELECTED } from './store/editor-store.ts';
import type { FlowSession } from './sync/flow-session.ts';
import { useLiveRun } from './sync/use-live-run.ts';
import { ShortcutsModal } from './top-bar/ShortcutsModal.tsx';
import { TestPanel } from './top-bar/TestPanel.tsx';
import { TopBar } from './top-bar/TopBar.tsx';
import { VersionsDrawer } from './top-bar/VersionsDrawer.tsx';

/** The parts of the page around the canvas, and which of them are open. */
export function EditorLayout({ session, phone }: { readonly session: FlowSession; readonly phone: ReactNode }) {
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
