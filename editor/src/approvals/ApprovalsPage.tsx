import { Group, Kbd, Tabs, Text } from '@mantine/core';
import { IconCheck, IconHistory } from '@tabler/icons-react';
import { Page, PageHeader } from '../shared/PageHeader.tsx';
import { useSearchFilter } from '../shared/use-search-filter.ts';
import { DecisionList } from './DecisionList.tsx';
import { OpenApprovals } from './OpenApprovals.tsx';
import classes from './Approvals.module.css';

/** What flows ask the members, and what was decided. */
export function ApprovalsPage() {
  const [tab, setTab] = useSearchFilter('show');
  return (
    <Page width={920}>
      <PageHeader
        title="Approvals"
        lead="Flows that wait for a person. They go on the moment you decide."
        actions={
          <Group gap={6} className={classes['keys']} c="dimmed" aria-hidden>
            <Kbd size="xs">j</Kbd>
            <Kbd size="xs">k</Kbd>{' '}
            <Text span size="xs" mr={4}>
              move
            </Text>
            <Kbd size="xs">a</Kbd>{' '}
            <Text span size="xs" mr={4}>
              approve
            </Text>
            <Kbd size="xs">r</Kbd>{' '}
            <Text span size="xs" mr={4}>
              reject
            </Text>
            <Kbd size="xs">x</Kbd>{' '}
            <Text span size="xs" mr={4}>
              select
            </Text>
          </Group>
        }
      />
      <Tabs
        value={tab === 'decided' ? 'decided' : 'open'}
        onChange={(value) => setTab(value === 'decided' ? value : null)}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="open" leftSection={<IconCheck size={16} />} data-testid="tab-open">
            To decide
          </Tabs.Tab>
          <Tabs.Tab value="decided" leftSection={<IconHistory size={16} />} data-testid="tab-decided">
            Decided
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="open">
          <OpenApprovals />
        </Tabs.Panel>
        <Tabs.Panel value="decided">
          <DecisionList />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
