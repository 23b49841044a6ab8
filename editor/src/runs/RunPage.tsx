import { Center, Loader } from '@mantine/core';
import { useMemo, useState } from 'react';
import { FlowCanvas } from '../flow-editor/FlowCanvas.tsx';
import { Page } from '../shared/PageHeader.tsx';
import { ErrorState } from '../shared/PageStates.tsx';
import { RunHeader } from './RunHeader.tsx';
import { RunTimeline } from './RunTimeline.tsx';
import { toRunOverlay } from './run-overlay.ts';
import { useRun } from './run-queries.ts';
import classes from './RunPage.module.css';

/** One run: its path on the version that it ran, and beside it what happened node by node. Live while it happens. */
export function RunPage({ id }: { id: string }) {
  const query = useRun(id);
  const run = query.data;
  const [selected, setSelected] = useState<string | null>(null);
  const overlay = useMemo(() => (run === undefined ? null : toRunOverlay(run)), [run]);
  if (query.isError && run === undefined) {
    return (
      <Page>
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  }
  if (run === undefined || overlay === null) {
    return (
      <Center mih="100dvh">
        <Loader type="dots" aria-label="Loading the run" />
      </Center>
    );
  }
  return (
    <div className={classes['page']} data-testid="run-page">
      <RunHeader run={run} />
      <div className={classes['body']}>
        <div className={classes['canvas']} data-testid="run-canvas">
          <FlowCanvas document={run.document} overlay={overlay} selectedNode={selected} onSelect={setSelected} />
        </div>
        <RunTimeline run={run} selectedNode={selected} onSelectNode={setSelected} />
      </div>
    </div>
  );
}
