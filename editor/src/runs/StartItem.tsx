import { UnstyledButton } from '@mantine/core';
import type { RunView } from '@heddle/schemas/api';
import { useNodeTypes } from '../flows/flow-queries.ts';
import { JsonView } from '../shared/JsonView.tsx';
import { NodeIcon } from '../shared/NodeIcon.tsx';
import { clockTime, fullTime } from '../shared/relative-time.ts';
import { CATEGORY_COLORS } from '../theme.ts';
import { findTriggerNode } from './run-overlay.ts';
import classes from './RunTimeline.module.css';

/** What started the run; opened, what it started with. */
export function StartItem({
  run,
  selectedNode,
  onSelectNode,
}: {
  run: RunView;
  selectedNode: string | null;
  onSelectNode: (node: string | null) => void;
}) {
  const { data: types } = useNodeTypes();
  const node = findTriggerNode(run);
  const definition = types?.items.find((item) => item.type === run.trigger);
  const isSelected = node !== undefined && selectedNode === node;
  const { color } = CATEGORY_COLORS.trigger;
  return (
    <li className={classes['item']} data-node={node} data-selected={isSelected || undefined} data-testid="run-start">
      <UnstyledButton
        className={classes['head']}
        disabled={node === undefined}
        onClick={() => onSelectNode(isSelected || node === undefined ? null : node)}
        aria-expanded={isSelected}
      >
        <span
          className={classes['symbol']}
          style={{ color, background: `color-mix(in srgb, ${color} 14%, transparent)` }}
        >
          <NodeIcon name={definition?.icon} />
        </span>
        <span>
          <span className={classes['title']} style={{ display: 'block' }}>
            {(node === undefined ? undefined : run.document.nodes[node]?.label) ?? definition?.title ?? run.trigger}
          </span>
          <span className={classes['meta']}>
            <time dateTime={run.startedAt} title={fullTime(run.startedAt)}>
              {clockTime(run.startedAt)}
            </time>
            · started the run
          </span>
        </span>
      </UnstyledButton>
      {isSelected && (
        <div className={classes['body']}>
          <p className={classes['label']}>Started with</p>
          <JsonView value={run.triggerOutput} label="what the run started with" />
        </div>
      )}
    </li>
  );
}
