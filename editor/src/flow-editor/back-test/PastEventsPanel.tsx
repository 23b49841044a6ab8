import { Alert, Badge, Button, Group, NativeSelect, ScrollArea, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { api, type BackTestResult, type BackTestVerdict } from '@heddle/schemas/api';
import { useState } from 'react';
import { toProblem } from '../../api/api-problem.ts';
import { callApi } from '../../api/client.ts';
import { useFlowSession } from '../sync/flow-session-context.ts';
import { VERDICTS } from './back-test-words.ts';
import { PastEventRow } from './PastEventRow.tsx';
import './back-test.css';

const COUNTS = [50, 200, 1000] as const;
/** Rows drawn at once; the rest comes when asked for. */
const PAGE = 100;

/** What the draft would have done with what really came in, beside what happened. */
export function PastEventsPanel() {
  const session = useFlowSession();
  const [events, setEvents] = useState<number>(COUNTS[1]);
  const run = useMutation({
    mutationFn: async () => {
      await session.flush();
      return callApi(api.flows.backTest, { params: { id: session.flowId }, body: { events } });
    },
  });
  return (
    <>
      <Group px="md" pb="sm" gap="xs" wrap="nowrap" align="flex-end">
        <NativeSelect
          size="xs"
          flex={1}
          aria-label="How many events"
          value={String(events)}
          onChange={(event) => setEvents(Number(event.currentTarget.value))}
          data={COUNTS.map((count) => ({ value: String(count), label: `The last ${count} events` }))}
        />
        <Button
          size="xs"
          leftSection={<IconHistory size={14} />}
          loading={run.isPending}
          onClick={() => run.mutate()}
          data-testid="run-back-test"
        >
          Compare
        </Button>
      </Group>
      <ScrollArea flex={1} type="hover" scrollbarSize={8}>
        <Stack gap="xs" px="md" pb="md">
          {run.error !== null && (
            <Alert color="red" p="xs">
              {toProblem(run.error).detail}
            </Alert>
          )}
          {run.data === undefined && run.error === null && (
            <Text size="sm" c="dimmed">
              Plays the comments and messages that really came in to this draft and shows what would have been
              different. Nothing is sent and nobody’s data changes.
            </Text>
          )}
          {run.data !== undefined && <Result key={run.submittedAt} result={run.data} />}
        </Stack>
      </ScrollArea>
    </>
  );
}

function Result({ result }: { readonly result: BackTestResult }) {
  const changed = result.compared - result.same;
  const [shown, setShown] = useState<BackTestVerdict | null>(null);
  const [limit, setLimit] = useState(PAGE);
  if (result.compared === 0)
    return (
      <Text size="sm" c="dimmed" data-testid="back-test-summary">
        Nothing that this flow listens to has come in yet.
      </Text>
    );
  // Without a choice: what is different, or all when nothing is.
  const items = result.items.filter(({ verdict }) =>
    shown === null ? changed === 0 || verdict !== 'same' : verdict === shown,
  );
  return (
    <>
      <Badge
        size="lg"
        radius="xl"
        variant="light"
        color={changed === 0 ? 'green' : 'yellow'}
        data-testid="back-test-summary"
      >
        {changed === 0 ? `All ${result.compared} the same` : `${changed} of ${result.compared} different`}
      </Badge>
      <Text size="xs" c="dimmed">
        {result.publishedVersion === null ? 'Never published' : 'Happened'}: {result.published.fired} fired,{' '}
        {result.published.sent} sent. Draft: {result.draft.fired} would fire, {result.draft.sent} would be sent.
        {result.isCut && ' It took too long, so only some people were compared.'}
      </Text>
      <div className="fe-past-filters" role="group" aria-label="Show">
        {VERDICTS.filter(({ verdict }) => result[verdict] > 0).map(({ verdict, label, color }) => (
          <UnstyledButton
            key={verdict}
            className="fe-past-filter"
            data-color={color}
            aria-pressed={shown === verdict}
            onClick={() => setShown(shown === verdict ? null : verdict)}
          >
            <span className="fe-past-dot" data-color={color} />
            {label} <b>{result[verdict]}</b>
          </UnstyledButton>
        ))}
      </div>
      {items.slice(0, limit).map((item) => (
        <PastEventRow key={item.eventId} item={item} />
      ))}
      {items.length > limit && (
        <Button size="xs" variant="default" onClick={() => setLimit(limit + PAGE)}>
          Show more
        </Button>
      )}
    </>
  );
}
