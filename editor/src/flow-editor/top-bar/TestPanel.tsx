import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  Group,
  ScrollArea,
  SegmentedControl,
  Stack,
  Text,
  Tooltip,
} from '@mantine/core';
import { IconCheck, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { isJsonObject, type JsonObject } from '@heddle/schemas';
import type { FlowTestResult } from '@heddle/schemas/api';
import { useEffect, useState } from 'react';
import { toProblem } from '../../api/api-problem.ts';
import { PastEventsPanel } from '../back-test/PastEventsPanel.tsx';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { overlayOfTest } from '../sync/test-overlay.ts';
import { useFlowSession } from '../sync/flow-session-context.ts';

/** Ways to try a draft before it is published: its own test cases, and what really came in. */
export function TestPanel({ onClose }: { onClose(): void }) {
  const [shown, setShown] = useState('cases');
  return (
    <aside className="fe-tests" aria-label="Tests">
      <Group justify="space-between" p="md" pb="xs" wrap="nowrap">
        <SegmentedControl
          size="xs"
          value={shown}
          onChange={setShown}
          aria-label="What to test with"
          data={[
            { value: 'cases', label: 'Test cases' },
            { value: 'past', label: 'Past events' },
          ]}
        />
        <Tooltip label="Close">
          <ActionIcon variant="subtle" color="gray" aria-label="Close the tests" onClick={onClose}>
            <IconX size={17} />
          </ActionIcon>
        </Tooltip>
      </Group>
      {shown === 'cases' ? <TestCases /> : <PastEventsPanel />}
    </aside>
  );
}

/** The test cases stored with the flow: run them, see what failed and the path each took. */
function TestCases() {
  const session = useFlowSession();
  const store = useEditorStore();
  const tests = useEditor((state) => state.document.tests) ?? [];
  const run = useMutation({ mutationFn: () => session.runTests() });
  // The path of a test is drawn over the canvas; it goes when the panel goes.
  useEffect(() => () => store.getState().setOverlay(null), [store]);
  const results = run.data ?? [];
  const failed = results.filter((result) => !result.passed).length;
  return (
    <>
      <Group justify="space-between" px="md" pb="sm" wrap="nowrap">
        <Text size="xs" c="dimmed">
          Run in memory, in no time, and send nothing.
        </Text>
        <Button
          size="xs"
          flex="none"
          leftSection={<IconPlayerPlay size={14} />}
          loading={run.isPending}
          disabled={tests.length === 0}
          onClick={() => run.mutate()}
          data-testid="run-tests"
        >
          Run
        </Button>
      </Group>
      <ScrollArea flex={1} type="hover" scrollbarSize={8}>
        <Stack gap="xs" p="md" pt="xs">
          {run.error !== null && (
            <Alert color="red" p="xs">
              {toProblem(run.error).detail}
            </Alert>
          )}
          {run.isSuccess && (
            <Badge
              size="lg"
              radius="xl"
              variant="light"
              color={failed === 0 ? 'green' : 'red'}
              data-testid="test-summary"
            >
              {failed === 0 ? `All ${results.length} passed` : `${failed} of ${results.length} failed`}
            </Badge>
          )}
          {tests.length === 0 && (
            <Text size="sm" c="dimmed">
              This flow has no test cases. Templates bring their own; they can be edited in the exported file under
              “tests”.
            </Text>
          )}
          {tests.map((test, index) => (
            <TestRow
              key={index}
              name={test.name}
              result={results.find((result) => result.name === test.name)}
              onShow={(result) => store.getState().setOverlay(overlayOfTest(store.getState().document, result.ports))}
            />
          ))}
        </Stack>
      </ScrollArea>
    </>
  );
}

function TestRow({
  name,
  result,
  onShow,
}: {
  readonly name: string;
  readonly result: FlowTestResult | undefined;
  onShow(result: FlowTestResult): void;
}) {
  return (
    <button
      type="button"
      className="fe-test"
      data-passed={result?.passed}
      disabled={result === undefined}
      onClick={() => result !== undefined && onShow(result)}
    >
      <Group gap={8} wrap="nowrap" align="flex-start">
        <span className="fe-test-mark">
          {result === undefined ? null : result.passed ? (
            <IconCheck size={13} stroke={3} />
          ) : (
            <IconX size={13} stroke={3} />
          )}
        </span>
        <Text size="sm" fw={550}>
          {name}
        </Text>
      </Group>
      {result?.problems.map((problem) => (
        <Text key={problem} size="xs" c="red" pl={26}>
          {problem}
        </Text>
      ))}
      {result !== undefined && result.sent.length > 0 && (
        <Stack gap={2} pl={26}>
          {result.sent.map((action, index) => (
            <Text key={index} size="xs" c="dimmed" truncate>
              {describeSent(action)}
            </Text>
          ))}
        </Stack>
      )}
    </button>
  );
}

/** One line for what would have been sent. */
export function describeSent(action: JsonObject): string {
  return findText(action) ?? (typeof action['kind'] === 'string' ? action['kind'] : 'sent');
}

function findText(value: JsonObject): string | undefined {
  for (const [name, part] of Object.entries(value)) {
    if (name === 'text' && typeof part === 'string') return part;
    const below = isJsonObject(part) ? findText(part) : undefined;
    if (below !== undefined) return below;
  }
  return undefined;
}
