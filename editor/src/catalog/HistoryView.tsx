import { SimpleGrid, Text } from '@mantine/core';
import type { ScanView, SyncMetrics } from '@heddle/schemas/api';
import { IconHistory } from '@tabler/icons-react';
import { DataTable } from '../shared/DataTable.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { StatusPill } from '../shared/StatusPill.tsx';
import { useSyncHistory } from './catalog-queries.ts';
import { scanSummary } from './scan-words.ts';
import classes from './Catalog.module.css';

/** Scans and how the sync does. */
export function HistoryView() {
  const history = useSyncHistory();
  if (history.isPending) return <LoadingRows rows={4} height={48} />;
  if (history.isError) return <ErrorState error={history.error} onRetry={() => void history.refetch()} />;
  const { items, metrics } = history.data;
  if (items.length === 0) {
    return (
      <EmptyState icon={IconHistory} title="No scans yet">
        Each scan of your posts is listed here with what came of it.
      </EmptyState>
    );
  }
  return (
    <>
      <Metrics metrics={metrics} />
      <DataTable label="Scans" columns={['Started', 'State', 'Result']}>
        {items.map((scan) => (
          <tr key={scan.id}>
            <td>
              <RelativeTime at={scan.startedAt} />
            </td>
            <td>
              <ScanStatus scan={scan} />
            </td>
            <td>
              <Text size="sm">{scanSummary(scan)}</Text>
              {scan.reason !== null && (
                <Text size="xs" c="red">
                  {scan.reason}
                </Text>
              )}
            </td>
          </tr>
        ))}
      </DataTable>
    </>
  );
}

function ScanStatus({ scan }: { scan: ScanView }) {
  return scan.status === 'done' ? <StatusPill status="succeeded" /> : <StatusPill status={scan.status} />;
}

function Metrics({ metrics }: { metrics: SyncMetrics }) {
  const percent = (rate: number | null) => (rate === null ? '–' : `${Math.round(rate * 100)} %`);
  const facts = [
    ['Scans in 30 days', String(metrics.scans)],
    ['Scans that succeeded', percent(metrics.successRate)],
    ['Decided drafts that were approved', percent(metrics.approvalRate)],
    ['Approved drafts that were corrected', percent(metrics.editRate)],
  ] as const;
  return (
    <SimpleGrid component="dl" cols={{ base: 2, sm: 4 }} spacing="md" mb="md" mt={0}>
      {facts.map(([label, value]) => (
        <div key={label} className={classes['metric']}>
          <dt>{label}</dt>
          <dd className="tabular">{value}</dd>
        </div>
      ))}
    </SimpleGrid>
  );
}
