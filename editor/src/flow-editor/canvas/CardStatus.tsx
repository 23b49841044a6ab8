import { IconBan, IconCheck, IconClock, IconLoader2, IconX, type Icon } from '@tabler/icons-react';
import { formatDuration } from '../model/duration.ts';
import type { NodeOverlay } from '../store/canvas-state.ts';

const LOOKS: Readonly<Record<NonNullable<NodeOverlay['status']>, { readonly label: string; readonly icon: Icon }>> = {
  running: { label: 'Running', icon: IconLoader2 },
  suspended: { label: 'Waiting', icon: IconClock },
  succeeded: { label: 'Finished', icon: IconCheck },
  failed: { label: 'Failed', icon: IconX },
  cancelled: { label: 'Cancelled', icon: IconBan },
};

/** What a run did at a node, with the time it took. */
export function CardStatus({ overlay }: { readonly overlay: NodeOverlay | undefined }) {
  if (overlay?.status === undefined) return null;
  const { label, icon: Symbol } = LOOKS[overlay.status];
  return (
    <span className="fe-card-status" data-status={overlay.status} title={label}>
      <Symbol size={13} stroke={2.6} aria-hidden />
      <span className="visually-hidden">{label}</span>
      {overlay.durationMs !== undefined && <span className="tabular">{formatDuration(overlay.durationMs)}</span>}
      {overlay.visits !== undefined && overlay.visits > 1 && <span className="tabular">× {overlay.visits}</span>}
    </span>
  );
}

/** Numbers of many runs at the foot of a card. */
export function CardCounters({ overlay }: { readonly overlay: NodeOverlay | undefined }) {
  const counters = overlay?.counters;
  if (counters === undefined || counters.passed + counters.waiting + counters.failed === 0) return null;
  const { passed, waiting, failed } = counters;
  return (
    <footer className="fe-card-counters tabular">
      <span>
        <b>{passed.toLocaleString('en')}</b> passed
      </span>
      {waiting > 0 && (
        <span data-kind="waiting">
          <b>{waiting.toLocaleString('en')}</b> waiting
        </span>
      )}
      {failed > 0 && (
        <span data-kind="failed">
          <b>{failed.toLocaleString('en')}</b> failed
        </span>
      )}
    </footer>
  );
}
