import { BaseEdge, EdgeLabelRenderer, getBezierPath, type EdgeProps } from '@xyflow/react';
import { IconPlus, IconX } from '@tabler/icons-react';
import { memo, useContext, useRef, useState } from 'react';
import { indexEdges } from '../model/edge-index.ts';
import { useCanvas } from '../store/canvas-state.ts';
import { CanvasActionsContext } from './canvas-actions.ts';
import type { CanvasEdge } from './canvas-nodes.ts';
import { ChangeTag } from './ChangeTag.tsx';

/** The buttons stay for a moment after the pointer has left the line, so that they can be reached. */
const LINGER_MS = 250;

/** A curve from an exit to a node; in the middle a "+" puts a node in between. */
export const FlowEdgeLine = memo(function FlowEdgeLine(props: EdgeProps<CanvasEdge>) {
  const { id, sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition, selected = false } = props;
  const actions = useContext(CanvasActionsContext);
  const edge = useCanvas((state) => indexEdges(state.document.edges).byKey.get(id));
  const isPassed = useCanvas((state) => state.overlay?.edges.includes(id) === true);
  const isFaint = useCanvas((state) => state.overlay?.isExclusive === true && !state.overlay.edges.includes(id));
  const change = useCanvas((state) => state.overlay?.changes?.edges[id]);
  const [isNear, setNear] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const enter = () => {
    clearTimeout(timer.current);
    setNear(true);
  };
  const leave = () => {
    timer.current = setTimeout(() => setNear(false), LINGER_MS);
  };
  const [path, middleX, middleY] = getBezierPath({
    sourceX,
    sourceY,
    sourcePosition,
    targetX,
    targetY,
    targetPosition,
  });
  const isOpen = actions !== null && edge !== undefined && (isNear || selected);
  return (
    <g
      className="fe-edge"
      data-selected={selected}
      data-near={isNear}
      data-passed={isPassed}
      data-faint={isFaint}
      data-change={change}
      data-edge={id}
      onPointerEnter={enter}
      onPointerLeave={leave}
    >
      <BaseEdge id={id} path={path} interactionWidth={26} />
      {change !== undefined && (
        <EdgeLabelRenderer>
          <div
            className="fe-edge-change"
            style={{ transform: `translate(-50%, -50%) translate(${middleX}px, ${middleY}px)` }}
          >
            <ChangeTag change={change} />
          </div>
        </EdgeLabelRenderer>
      )}
      {isOpen && (
        <EdgeLabelRenderer>
          <div
            className="fe-edge-tools nodrag nopan"
            data-edge={id}
            style={{ transform: `translate(-50%, -50%) translate(${middleX}px, ${middleY}px)` }}
            onPointerEnter={enter}
            onPointerLeave={leave}
          >
            <button
              type="button"
              aria-label="Insert a node here"
              onClick={(event) => actions.insertOn(edge, event.currentTarget.getBoundingClientRect())}
            >
              <IconPlus size={14} stroke={2.4} />
            </button>
            {selected && (
              <button type="button" aria-label="Remove the connection" onClick={() => actions.removeEdge(edge)}>
                <IconX size={14} stroke={2.4} />
              </button>
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});
