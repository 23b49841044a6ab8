import { Button, Group, Progress, Text } from '@mantine/core';
import type { ScanView } from '@heddle/schemas/api';
import { IconPlayerStop } from '@tabler/icons-react';
import { useEffect } from 'react';
import { Link } from 'wouter';
import { notifyProblem } from '../shared/notify.tsx';
import { useCatalogActions, useRefreshCatalog } from './catalog-queries.ts';
import { percentDone, scanSummary, timeLeft } from './scan-words.ts';
import classes from './Catalog.module.css';

/** A scan under way: how far, how long still, and a way to stop it. */
export function ScanPanel({ scan, isEditor }: { scan: ScanView; isEditor: boolean }) {
  const { cancelScan } = useCatalogActions();
  const refresh = useRefreshCatalog();
  const percent = percentDone(scan);
  const { drafts } = scan.progress;
  // New drafts show up below while the scan goes on; once more when this panel goes because it ended.
  useEffect(() => {
    if (drafts > 0 && drafts % 5 === 0) refresh();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only the count matters; `refresh` is new with each render
  }, [drafts]);
  return (
    <section className={classes['scan']} aria-label="Scan under way" data-testid="scan-panel">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Text fw={650}>Reading your posts…</Text>
          <Text size="sm" c="dimmed" className="tabular">
            {[scanSummary(scan), timeLeft(scan.etaSeconds)].filter((part) => part !== '').join(' · ')}
          </Text>
        </div>
        <Group gap="xs" wrap="nowrap">
          {scan.runId !== null && (
            <Button component={Link} href={`/runs/${scan.runId}`} variant="subtle" size="xs">
              Show the run
            </Button>
          )}
          {isEditor && (
            <Button
              variant="default"
              size="xs"
              leftSection={<IconPlayerStop size={15} />}
              loading={cancelScan.isPending}
              onClick={() => cancelScan.mutate(scan.id, { onError: notifyProblem })}
              data-testid="cancel-scan"
            >
              Stop
            </Button>
          )}
        </Group>
      </Group>
      <Progress.Root size="lg" radius="xl" mt="sm">
        <Progress.Section
          value={percent ?? 100}
          animated={percent === null}
          striped={percent === null}
          aria-label="Posts read"
        />
      </Progress.Root>
      <Text size="xs" c="dimmed" mt={6} className="tabular">
        {percent === null
          ? 'Counting the posts'
          : `${scan.progress.done} of ${scan.progress.total ?? 0} posts, ${percent} %`}
      </Text>
    </section>
  );
}
