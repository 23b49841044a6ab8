import { Loader, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { flowChoices, searchWords } from './flow-choices.ts';
import { useFlowList, useFlowName } from './flow-queries.ts';

/** Narrows a list to one flow; null means every flow. Typing asks the server, so any flow can be found however many there are. */
export function FlowSelect({ value, onChange }: { value: string | null; onChange: (flowId: string | null) => void }) {
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(typed, 200);
  const chosenName = useFlowName(value);
  const words = searchWords(settled, chosenName);
  const list = useFlowList(words === '' ? {} : { search: words });
  return (
    <Select
      data={flowChoices(list.items, value === null ? null : { id: value, name: chosenName })}
      // The server has searched already; what stays out is the chosen flow when it does not fit the words.
      filter={({ options }) =>
        options.filter(
          (option) => words === '' || list.items.some((flow) => 'value' in option && flow.id === option.value),
        )
      }
      value={value}
      onChange={onChange}
      onSearchChange={setTyped}
      clearable
      searchable
      placeholder="All flows"
      aria-label="Filter by flow"
      nothingFoundMessage={list.isPending ? 'Looking…' : 'No flow has that name'}
      rightSection={list.isPlaceholderData ? <Loader size={14} /> : undefined}
      w={260}
      data-testid="filter-flow"
    />
  );
}
