import { Select } from '@mantine/core';
import { useFlowList } from './flow-queries.ts';

/** Narrows a list to one flow; null means every flow. */
export function FlowSelect({ value, onChange }: { value: string | null; onChange: (flowId: string | null) => void }) {
  const list = useFlowList({});
  return (
    <Select
      data={list.items.map((flow) => ({ value: flow.id, label: flow.name }))}
      value={value}
      onChange={onChange}
      clearable
      searchable
      placeholder="All flows"
      aria-label="Filter by flow"
      nothingFoundMessage="No flow has that name"
      w={260}
      data-testid="filter-flow"
    />
  );
}
