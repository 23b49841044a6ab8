import { Alert, Button, Group, List, Loader, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { FlowTest } from '@heddle/schemas';
import { useEffect, useState } from 'react';
import { runCases } from '../cases/run-cases.ts';
import { useEditorStore } from '../store/editor-context.ts';
import { useFlowSession } from '../sync/flow-session-context.ts';

interface PublishTestsProps {
  readonly isBusy: boolean;
  onCancel(): void;
  onPublish(evenIfTestsFail: boolean): void;
  /** Opens the test cases. */
  onTests(): void;
}

/** Most failing cases that are named; the rest is counted. */
const NAMED = 4;

/** Runs the test cases before publishing. When some fail, publishing anyway is a choice of its own. */
export function PublishTests({ isBusy, onCancel, onPublish, onTests }: PublishTestsProps) {
  const { tests, failed } = useTestsBeforePublishing();
  const isDone = failed !== null;
  const fails = isDone && failed.length > 0;
  return (
    <>
      {tests > 0 && (
        <div role="status" data-testid="publish-tests" data-failed={failed?.length}>
          {!isDone && (
            <Group gap={8}>
              <Loader size={14} />
              <Text size="xs" c="dimmed">
                Running {count(tests)} …
              </Text>
            </Group>
          )}
          {isDone && !fails && (
            <Group gap={6} c="green">
              <IconCircleCheck size={16} aria-hidden />
              <Text size="xs">{tests === 1 ? 'The test case passes.' : `All ${tests} test cases pass.`}</Text>
            </Group>
          )}
          {fails && (
            <Alert
              color="red"
              p="xs"
              icon={<IconAlertTriangle size={16} />}
              title={`${failed.length} of ${count(tests)} ${failed.length === 1 ? 'fails' : 'fail'}`}
            >
              <List size="xs" spacing={2}>
                {failed.slice(0, NAMED).map((name) => (
                  <List.Item key={name}>{name}</List.Item>
                ))}
              </List>
              {failed.length > NAMED && <Text size="xs">and {failed.length - NAMED} more</Text>}
            </Alert>
          )}
        </div>
      )}
      <Group justify="flex-end" gap="xs">
        {fails ? (
          <Button
            variant="subtle"
            color="red"
            size="xs"
            loading={isBusy}
            onClick={() => onPublish(true)}
            data-testid="publish-anyway"
          >
            Publish anyway
          </Button>
        ) : (
          <Button variant="subtle" color="gray" size="xs" onClick={onCancel}>
            Cancel
          </Button>
        )}
        {fails ? (
          <Button size="xs" onClick={onTests} data-testid="look-at-tests">
            Look at the tests
          </Button>
        ) : (
          <Button size="xs" loading={isBusy || !isDone} onClick={() => onPublish(false)} data-testid="confirm-publish">
            Publish
          </Button>
        )}
      </Group>
    </>
  );
}

function count(tests: number): string {
  return `${tests} test ${tests === 1 ? 'case' : 'cases'}`;
}

/** `failed`: names of the cases that fail; null while they run. */
function useTestsBeforePublishing(): { readonly tests: number; readonly failed: readonly string[] | null } {
  const session = useFlowSession();
  const store = useEditorStore();
  const [tests] = useState<readonly FlowTest[]>(() => store.getState().document.tests ?? []);
  const [failed, setFailed] = useState<readonly string[] | null>(tests.length === 0 ? [] : null);
  useEffect(() => {
    let isGone = false;
    if (tests.length === 0) return undefined;
    const check = async () => {
      const results = await runCases(store.getState().document, tests, () => session.runTests());
      return tests.flatMap((test, index) => (results[index]?.passed === true ? [] : [test.name]));
    };
    // What prevents the cases from running here is said by the server, which runs them again when it publishes.
    const finish = (names: readonly string[]) => (isGone ? undefined : setFailed(names));
    void check().then(finish, () => finish([]));
    return () => {
      isGone = true;
    };
  }, [session, store, tests]);
  return { tests: tests.length, failed };
}
