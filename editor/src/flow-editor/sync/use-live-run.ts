import { api, type RunView } from '@heddle/schemas/api';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { callApi } from '../../api/client.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { useLiveChanges } from '../../api/use-live.ts';
import { toRunOverlay } from '../../runs/run-overlay.ts';
import type { EditorStore } from '../store/editor-store.ts';

/** The newest run of a flow while somebody plays the customer. */
export interface LiveRun {
  readonly run: RunView | undefined;
  /** Stops drawing it; the next run shows up again. */
  dismiss(): void;
}

/**
 * Follows the newest run of the flow and draws its path over the canvas while it happens.
 *
 * @param isOn Only while the phone is open: otherwise the strangers' runs of a busy flow would flicker over the canvas.
 */
export function useLiveRun(store: EditorStore, flowId: string, isOn: boolean): LiveRun {
  const [runId, setRunId] = useState<string | null>(null);
  useLiveChanges((changes) => {
    if (!isOn) return;
    const started = changes.findLast(
      (change) => (change.kind === 'run' || change.kind === 'node') && change.flowId === flowId,
    );
    if (started?.kind === 'run') setRunId(started.id);
    else if (started?.kind === 'node') setRunId(started.runId);
  });
  const shownId = isOn ? runId : null;
  // The key of the run page: live changes of the run refresh it.
  const { data } = useQuery({
    queryKey: queryKeys.run(shownId ?? ''),
    queryFn: ({ signal }) => callApi(api.runs.get, { params: { id: shownId ?? '' } }, { signal }),
    enabled: shownId !== null,
  });
  const run = shownId === null ? undefined : data;
  useEffect(() => {
    if (run === undefined) return undefined;
    store.getState().setOverlay(toRunOverlay(run));
    return () => store.getState().setOverlay(null);
  }, [run, store]);
  return { run, dismiss: () => setRunId(null) };
}
