import { Alert, ScrollArea, Text } from '@mantine/core';
import { ERRORS, isErrorCode } from '@heddle/schemas';
import type { RunView } from '@heddle/schemas/api';
import { useEffect, useMemo, useRef } from 'react';
import { useNodeTypes } from '../flows/flow-queries.ts';
import { StartItem } from './StartItem.tsx';
import { TimelineItem } from './TimelineItem.tsx';
import { RunChildren } from './RunChildren.tsx';
import { useRunActions } from './run-queries.ts';
import { toTimeline } from './run-timeline.ts';
import classes from './RunTimeline.module.css';

/** What happened, node by node. The selected node's runs are open and scrolled into view. */
export function RunTimeline({
  run,
  selectedNode,
  onSelectNode,
}: {
  run: RunView;
  selectedNode: string | null;
  onSelectNode: (node: string | null) => void;
}) {
  const entries = useMemo(() => toTimeline(run), [run]);
  const { data: types } = useNodeTypes();
  const { retry } = useRunActions();
  // A part of another run cannot go on by itself.
  const failedNode = run.status === 'failed' && run.parent === null ? run.error?.details?.['node'] : undefined;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (selectedNode === null) return;
    const items = list.current?.querySelectorAll(`[data-node="${CSS.escape(selectedNode)}"]`);
    items?.item(items.length - 1)?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  }, [selectedNode]);
  return (
    <aside className={classes['side']} aria-label="What happened">
      <ScrollArea h="100%" type="hover" scrollbarSize={8}>
        {run.error !== null && (
          <Alert color="red" variant="light" m="md" mb={0} title="The run failed" role="alert">
            {run.error.message}
            {isErrorCode(run.error.code) && (
              <Text size="sm" c="dimmed" mt={6}>
                {ERRORS[run.error.code].remedy}
              </Text>
            )}
          </Alert>
        )}
        <ol className={classes['list']} ref={list}>
          <StartItem run={run} selectedNode={selectedNode} onSelectNode={onSelectNode} />
          {entries.map((entry) => {
            const node = run.document.nodes[entry.node];
            const definition = types?.items.find((item) => item.type === entry.type);
            return (
              <TimelineItem
                key={entry.key}
                entry={entry}
                title={node?.label ?? definition?.title ?? entry.type}
                definition={definition}
                isSelected={selectedNode === entry.node}
                onToggle={() => onSelectNode(selectedNode === entry.node ? null : entry.node)}
                runId={run.id}
                onGoOn={failedNode === entry.node ? () => retry.mutateAsync(run.id) : undefined}
              />
            );
          })}
        </ol>
        <RunChildren runId={run.id} flowId={run.flowId} />
      </ScrollArea>
    </aside>
  );
}
