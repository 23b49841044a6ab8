import type { FlowDocument } from '@heddle/schemas';
import { useMemo } from 'react';
import { CATEGORY_COLORS } from '../theme.ts';
import { useNodeTypes } from './flow-queries.ts';
import { layOutMini, MINI_NODE } from './mini-layout.ts';
import classes from './FlowPreview.module.css';

/** A flow drawn small from its document: what a template will look like on the canvas. */
export function FlowPreview({
  document,
  height = 120,
}: {
  document: Pick<FlowDocument, 'nodes' | 'edges'>;
  height?: number;
}) {
  const { data: types } = useNodeTypes();
  const drawn = useMemo(() => {
    const categories = new Map(types?.items.map((definition) => [definition.type, definition.category]));
    return layOutMini(document, (type) => categories.get(type));
  }, [document, types]);
  return (
    <div className={classes['frame']} style={{ height }}>
      <svg
        viewBox={`0 0 ${drawn.width} ${drawn.height}`}
        role="img"
        aria-label={`Drawing of the flow with ${drawn.nodes.length} nodes`}
        preserveAspectRatio="xMidYMid meet"
        style={{ maxWidth: drawn.width * 1.5 }}
      >
        {drawn.edges.map((edge) => (
          <path key={edge.key} d={edge.path} className={classes['edge']} />
        ))}
        {drawn.nodes.map((node) => (
          <g key={node.id} transform={`translate(${node.x} ${node.y})`}>
            <rect
              width={MINI_NODE.width}
              height={MINI_NODE.height}
              rx="5"
              className={classes['node']}
              stroke={CATEGORY_COLORS[node.category].color}
            />
            <circle cx="9" cy={MINI_NODE.height / 2} r="3.4" fill={CATEGORY_COLORS[node.category].color} />
            <path
              d={`M16 ${MINI_NODE.height / 2 - 2.2}h12M16 ${MINI_NODE.height / 2 + 2.4}h8`}
              className={classes['text']}
            />
          </g>
        ))}
      </svg>
    </div>
  );
}
