import { ActionIcon, Tooltip } from '@mantine/core';
import {
  IconArrowsMaximize,
  IconFrame,
  IconHierarchy2,
  IconMap2,
  IconNote,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import { Panel, useReactFlow } from '@xyflow/react';
import { useContext, type ReactNode } from 'react';
import { EditorContext } from '../store/editor-context.ts';
import { addFrame, addNote } from '../store/edit-actions.ts';

interface CanvasToolsProps {
  readonly isReadOnly: boolean;
  readonly hasMap?: boolean;
  onMap?(isShown: boolean): void;
  /** Puts all cards in order; absent where nothing can be changed. */
  onArrange?(): void;
}

/** Zoom, fit, arrange, note and minimap at the foot of the canvas. */
export function CanvasTools({ isReadOnly, hasMap, onMap, onArrange }: CanvasToolsProps) {
  const flow = useReactFlow();
  const store = useContext(EditorContext);
  const centre = () => {
    const { innerWidth, innerHeight } = window;
    const { x, y } = flow.screenToFlowPosition({ x: innerWidth / 2, y: innerHeight / 2 });
    return [x, y] as const;
  };
  return (
    <Panel position="bottom-left" className="fe-tools" role="toolbar" aria-label="Canvas">
      <Tool label="Zoom out" onClick={() => void flow.zoomOut({ duration: 160 })}>
        <IconZoomOut size={17} />
      </Tool>
      <Tool label="Zoom in" onClick={() => void flow.zoomIn({ duration: 160 })}>
        <IconZoomIn size={17} />
      </Tool>
      <Tool label="Show everything" onClick={() => void flow.fitView({ duration: 300, padding: 0.2, maxZoom: 1 })}>
        <IconArrowsMaximize size={17} />
      </Tool>
      {store !== null && !isReadOnly && (
        <>
          <span className="fe-tools-line" aria-hidden />
          <Tool
            label="Arrange"
            onClick={() => {
              onArrange?.();
              // After the cards have glided to their places.
              setTimeout(() => void flow.fitView({ duration: 300, padding: 0.2, maxZoom: 1 }), 300);
            }}
          >
            <IconHierarchy2 size={17} style={{ transform: 'rotate(-90deg)' }} />
          </Tool>
          <Tool label="Add a note" onClick={() => addNote(store, centre())}>
            <IconNote size={17} />
          </Tool>
          <Tool label="Group: a frame around what is chosen (G)" onClick={() => addFrame(store, centre())}>
            <IconFrame size={17} />
          </Tool>
        </>
      )}
      {onMap !== undefined && (
        <Tool
          label={hasMap === true ? 'Hide the overview' : 'Show the overview'}
          isOn={hasMap === true}
          onClick={() => onMap(hasMap !== true)}
        >
          <IconMap2 size={17} />
        </Tool>
      )}
    </Panel>
  );
}

function Tool({
  label,
  isOn = false,
  onClick,
  children,
}: {
  readonly label: string;
  readonly isOn?: boolean;
  onClick(): void;
  readonly children: ReactNode;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={isOn ? 'light' : 'subtle'}
        color={isOn ? 'weave' : 'gray'}
        size={32}
        aria-label={label}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
