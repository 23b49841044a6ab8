import { Alert, Tabs } from '@mantine/core';
import { IconAlertTriangle, IconBuildingStore, IconClipboardCheck, IconHistory } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useHasRole } from '../api/session-queries.ts';
import { Page, PageHeader } from '../shared/PageHeader.tsx';
import { useSearchFilter } from '../shared/use-search-filter.ts';
import { useRefreshCatalog, useSyncHistory } from './catalog-queries.ts';
import { DraftsView } from './DraftsView.tsx';
import { HistoryView } from './HistoryView.tsx';
import { ProductsView } from './ProductsView.tsx';
import { ScanButton } from './ScanButton.tsx';
import { ScanPanel } from './ScanPanel.tsx';

/** Posts become drafts, drafts become products. */
export function CatalogPage() {
  const isEditor = useHasRole('editor');
  const [tab, setTab] = useSearchFilter('tab');
  const history = useSyncHistory();
  const newest = history.data?.items[0];
  const isRunning = newest?.status === 'running';
  useRefreshWhenOver(isRunning);
  return (
    <Page>
      <PageHeader
        title="Catalog"
        lead="Your posts, read as products. You check each draft; what you approve is listed as a product."
        actions={isEditor && <ScanButton isRunning={isRunning} />}
      />
      {newest !== undefined && isRunning && <ScanPanel scan={newest} isEditor={isEditor} />}
      {newest?.status === 'failed' && (
        <Alert
          color="red"
          variant="light"
          radius="lg"
          mb="md"
          icon={<IconAlertTriangle />}
          title="The last scan did not come to its end"
          data-testid="scan-failed"
        >
          {newest.reason ?? 'Look at its run.'} Start it again: what was read is kept.
        </Alert>
      )}
      <Tabs
        value={tab ?? 'drafts'}
        onChange={(value) => setTab(value === 'drafts' ? null : value)}
        keepMounted={false}
        mb="md"
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="drafts" leftSection={<IconClipboardCheck size={16} />}>
            Drafts
          </Tabs.Tab>
          <Tabs.Tab value="products" leftSection={<IconBuildingStore size={16} />} data-testid="tab-products">
            Products
          </Tabs.Tab>
          <Tabs.Tab value="history" leftSection={<IconHistory size={16} />}>
            Scans
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="drafts">
          <DraftsView isEditor={isEditor} />
        </Tabs.Panel>
        <Tabs.Panel value="products">
          <ProductsView />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <HistoryView />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** The last drafts of a scan come with its end. */
function useRefreshWhenOver(isRunning: boolean): void {
  const refresh = useRefreshCatalog();
  const wasRunning = useRef(false);
  useEffect(() => {
    if (wasRunning.current && !isRunning) refresh();
    wasRunning.current = isRunning;
  }, [isRunning, refresh]);
}
