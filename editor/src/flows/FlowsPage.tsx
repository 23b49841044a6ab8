import { Button, SegmentedControl, TextInput, type SegmentedControlItem } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { IconFileImport, IconPlus, IconRoute, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useHasRole } from '../api/session-queries.ts';
import { LoadMore } from '../shared/LoadMore.tsx';
import { Page, PageHeader } from '../shared/PageHeader.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { FlowRow } from './FlowRow.tsx';
import { ImportProblems } from './ImportProblems.tsx';
import { NewFlowModal } from './NewFlowModal.tsx';
import { TemplateGallery } from './TemplateGallery.tsx';
import { useFlowList, type FlowFilter } from './flow-queries.ts';
import { useImportFile } from './use-import-file.ts';
import { FileDropZone } from './FileDropZone.tsx';
import classes from './FlowsPage.module.css';

type StateChoice = 'all' | NonNullable<FlowFilter['state']>;

const STATES: (SegmentedControlItem & { value: StateChoice })[] = [
  { value: 'all', label: 'All' },
  { value: 'live', label: 'Live' },
  { value: 'draft', label: 'Drafts' },
  { value: 'paused', label: 'Paused' },
];

/** All flows of the workspace; where a new one starts, from nothing, from a template or from a file. */
export function FlowsPage() {
  const [search, setSearch] = useState('');
  const [state, setState] = useState<StateChoice>('all');
  const [words] = useDebouncedValue(search.trim(), 200);
  const list = useFlowList({ ...(words === '' ? {} : { search: words }), ...(state === 'all' ? {} : { state }) });
  const [isNewOpen, newFlow] = useDisclosure(false);
  const isEditor = useHasRole('editor');
  const importer = useImportFile();
  const flows = list.items;
  const isFiltered = words !== '' || state !== 'all';
  const isFirstTime = list.data !== undefined && flows.length === 0 && !isFiltered;
  return (
    <FileDropZone isEnabled={isEditor} onFile={importer.importFile}>
      <Page>
        <PageHeader
          title="Flows"
          lead="Each flow waits for something to happen, then answers, sorts and follows up by itself."
          actions={
            isEditor && (
              <>
                <Button
                  variant="default"
                  leftSection={<IconFileImport size={17} />}
                  onClick={importer.pickFile}
                  loading={importer.isImporting}
                  data-testid="import-flow"
                >
                  Import
                </Button>
                <Button leftSection={<IconPlus size={17} />} onClick={newFlow.open} data-testid="new-flow">
                  New flow
                </Button>
              </>
            )
          }
        />
        {!isFirstTime && (
          <div className={classes['tools']}>
            <TextInput
              className={classes['search']}
              leftSection={<IconSearch size={16} />}
              placeholder="Search flows"
              aria-label="Search flows"
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
            <SegmentedControl data={STATES} value={state} onChange={setState} aria-label="Filter by state" />
          </div>
        )}
        {list.isPending && <LoadingRows rows={4} height={76} />}
        {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
        {isFirstTime && (
          <div className={classes['first']}>
            <h2>What should happen by itself?</h2>
            <p>
              Start from one that works and change the words, or draw your own. You can also drop an exported flow file
              anywhere on this page.
            </p>
            <TemplateGallery />
          </div>
        )}
        {list.data !== undefined && flows.length === 0 && isFiltered && (
          <EmptyState
            icon={IconRoute}
            title="No flow fits"
            action={
              <Button
                variant="default"
                onClick={() => {
                  setSearch('');
                  setState('all');
                }}
              >
                Show all flows
              </Button>
            }
          />
        )}
        <ul className={classes['list']} aria-label="Flows">
          {flows.map((flow) => (
            <FlowRow key={flow.id} flow={flow} isEditor={isEditor} />
          ))}
        </ul>
        <LoadMore pages={list} />
      </Page>
      <NewFlowModal isOpen={isNewOpen} onClose={newFlow.close} />
      <ImportProblems
        problem={importer.problem}
        fileName={importer.fileName}
        onClose={importer.clear}
        onRetry={importer.pickFile}
      />
    </FileDropZone>
  );
}
