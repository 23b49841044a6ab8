import { ActionIcon, Alert, Center, Group, Loader, ScrollArea, Stack, Text, Tooltip } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { FlowTest } from '@heddle/schemas';
import { api } from '@heddle/schemas/api';
import { toProblem } from '../../api/api-problem.ts';
import { callApi } from '../../api/client.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { RelativeTime } from '../../shared/RelativeTime.tsx';
import { StatusPill } from '../../shared/StatusPill.tsx';
import { useEditorStore } from '../store/editor-context.ts';
import { useFlowSession } from '../sync/flow-session-context.ts';
import { caseFromRun } from './new-case.ts';

/** How many events of the person are looked at for what a run heard. */
const EVENTS = 100;

/** Runs of this flow that happened; one that is chosen becomes a test case. */
export function PastRunPicker({ onPick, onClose }: { onPick(test: FlowTest): void; onClose(): void }) {
  const session = useFlowSession();
  const store = useEditorStore();
  const filter = { flowId: session.flowId, limit: 30 };
  const runs = useQuery({
    queryKey: queryKeys.runList({ ...filter, purpose: 'test-case' }),
    queryFn: ({ signal }) => callApi(api.runs.list, { query: filter }, { signal }),
  });
  const make = useMutation({
    mutationFn: async (id: string) => {
      const run = await callApi(api.runs.get, { params: { id } });
      const { textOfAction } = await import('@heddle/engine/test-kit');
      const query = { limit: EVENTS, ...(run.contact === null ? {} : { contactId: run.contact.id }) };
      const events = await callApi(api.runs.events, { query });
      return caseFromRun(run, events.items, store.getState().document.tests ?? [], textOfAction);
    },
    onSuccess: onPick,
  });
  const error = runs.error ?? make.error;
  return (
    <>
      <Group px="md" pb="xs" gap={4} wrap="nowrap">
        <Tooltip label="All cases">
          <ActionIcon variant="subtle" color="gray" aria-label="Back to all cases" onClick={onClose}>
            <IconArrowLeft size={17} />
          </ActionIcon>
        </Tooltip>
        <Text size="sm" fw={600}>
          Which run shall become a test?
        </Text>
      </Group>
      <ScrollArea flex={1} type="hover" scrollbarSize={8} classNames={{ content: 'fe-scroll-content' }}>
        <Stack gap="xs" p="md" pt="xs">
          {error !== null && (
            <Alert color="red" p="xs">
              {toProblem(error).detail}
            </Alert>
          )}
          {runs.isLoading && (
            <Center p="md">
              <Loader size="sm" type="dots" aria-label="Loading the runs" />
            </Center>
          )}
          {runs.data?.items.length === 0 && (
            <Text size="sm" c="dimmed">
              This flow has not run yet. Publish it, play the customer on the phone, then come back.
            </Text>
          )}
          {runs.data?.items.map((run) => (
            <button
              key={run.id}
              type="button"
              className="fe-version"
              data-testid="past-run"
              disabled={make.isPending}
              onClick={() => make.mutate(run.id)}
            >
              <Group justify="space-between" wrap="nowrap" w="100%">
                <Text size="sm" fw={600} truncate>
                  {run.contact?.name ?? 'Nobody in particular'}
                </Text>
                <StatusPill status={run.status} />
              </Group>
              <Text size="xs" c="dimmed">
                <RelativeTime at={run.startedAt} /> · version {run.flowVersion}
              </Text>
            </button>
          ))}
        </Stack>
      </ScrollArea>
    </>
  );
}
