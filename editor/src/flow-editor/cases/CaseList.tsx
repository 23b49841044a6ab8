import { ActionIcon, Alert, Badge, Button, Group, Menu, ScrollArea, Stack, Text, Tooltip } from '@mantine/core';
import {
  IconCheck,
  IconChevronDown,
  IconHistory,
  IconPencil,
  IconPlayerPlay,
  IconPlus,
  IconX,
} from '@tabler/icons-react';
import type { FlowTest } from '@heddle/schemas';
import { useState } from 'react';
import { notifyProblem, notifyUndo } from '../../shared/notify.tsx';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { overlayOfTest } from '../sync/test-overlay.ts';
import { CaseEditor } from './CaseEditor.tsx';
import { CaseOutcome } from './CaseOutcome.tsx';
import { blankCase } from './new-case.ts';
import { StepPanel } from '../stepping/StepPanel.tsx';
import { PastRunPicker } from './PastRunPicker.tsx';
import type { CaseResult } from './run-cases.ts';
import { useCases } from './use-cases.ts';

/** The test cases stored with the flow: run them, see what failed and the path each took, write them in a form. */
export function CaseList() {
  const store = useEditorStore();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const cases = useCases();
  const { tests } = cases;
  const [opened, setOpened] = useState<number | null>(null);
  const [isPicking, setPicking] = useState(false);
  const [stepped, setStepped] = useState<FlowTest | null>(null);
  const results = tests.map((test) => cases.resultOf(test));
  const done = results.filter((result) => result !== undefined);
  const failed = done.filter((result) => !result.passed).length;
  const show = (result: CaseResult) =>
    store.getState().setOverlay(overlayOfTest(store.getState().document, result.ports));
  const runAll = () => void cases.run(tests).catch(notifyProblem);
  /** The path of one case is what its run is for. */
  const runOne = (test: FlowTest) =>
    void cases.run([test]).then(([result]) => (result === undefined ? undefined : show(result)), notifyProblem);
  const add = (test: FlowTest) => {
    cases.change([...tests, test], 'Add a test case');
    setPicking(false);
    setOpened(tests.length);
  };

  if (stepped !== null) return <StepPanel test={stepped} onClose={() => setStepped(null)} />;
  const open = opened === null ? undefined : tests[opened];
  if (opened !== null && open !== undefined)
    return (
      <CaseEditor
        key={opened}
        test={open}
        result={results[opened]}
        isRunning={cases.isRunning}
        onRun={() => runOne(open)}
        onShow={show}
        onStep={() => setStepped(open)}
        onChange={(next) =>
          cases.change(
            tests.map((test, index) => (index === opened ? next : test)),
            'Edit a test case',
            `case ${opened}`,
          )
        }
        onClose={() => setOpened(null)}
        onRemove={() => {
          cases.change(tests.toSpliced(opened, 1), 'Remove a test case');
          setOpened(null);
          notifyUndo(`Removed “${open.name}”`, () => store.getState().undo());
        }}
      />
    );
  if (isPicking) return <PastRunPicker onPick={add} onClose={() => setPicking(false)} />;
  return (
    <>
      <Group justify="space-between" px="md" pb="sm" wrap="nowrap" gap="xs">
        {isReadOnly ? (
          <span />
        ) : (
          <Menu position="bottom-start" width={230}>
            <Menu.Target>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPlus size={14} />}
                rightSection={<IconChevronDown size={12} />}
                data-testid="new-case"
              >
                New case
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconPencil size={16} />}
                onClick={() => add(blankCase(store.getState().document, store.getState().catalog))}
              >
                From scratch
              </Menu.Item>
              <Menu.Item leftSection={<IconHistory size={16} />} onClick={() => setPicking(true)}>
                From a run that happened
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
        <Button
          size="xs"
          flex="none"
          leftSection={<IconPlayerPlay size={14} />}
          loading={cases.isRunning}
          disabled={tests.length === 0}
          onClick={runAll}
          data-testid="run-tests"
        >
          Run all
        </Button>
      </Group>
      <ScrollArea flex={1} type="hover" scrollbarSize={8} classNames={{ content: 'fe-scroll-content' }}>
        <Stack gap="xs" p="md" pt="xs">
          {done.length > 0 && (
            <Badge
              size="lg"
              radius="xl"
              variant="light"
              color={failed === 0 ? 'green' : 'red'}
              data-testid="test-summary"
            >
              {failed === 0 ? `All ${done.length} passed` : `${failed} of ${done.length} failed`}
            </Badge>
          )}
          {tests.length === 0 ? (
            <Alert variant="light" color="gray" p="sm">
              <Text size="sm">
                A test case says what happens (“somebody comments price?”) and what must be seen (“this message is
                sent”). Cases run in memory, in no time, and send nothing. They run again before you publish.
              </Text>
            </Alert>
          ) : (
            <Text size="xs" c="dimmed">
              They run in memory, in no time, and send nothing. Also before you publish.
            </Text>
          )}
          {tests.map((test, index) => (
            <CaseRow
              key={`${index} ${test.name}`}
              test={test}
              result={results[index]}
              onShow={show}
              onRun={() => runOne(test)}
              onOpen={() => setOpened(index)}
            />
          ))}
        </Stack>
      </ScrollArea>
    </>
  );
}

interface CaseRowProps {
  readonly test: FlowTest;
  readonly result: CaseResult | undefined;
  onShow(result: CaseResult): void;
  onRun(): void;
  onOpen(): void;
}

function CaseRow({ test, result, onShow, onRun, onOpen }: CaseRowProps) {
  return (
    <article className="fe-test" data-passed={result?.passed} data-testid="case" aria-label={test.name}>
      <Group gap={8} wrap="nowrap" align="flex-start">
        <CaseMark result={result} />
        <button type="button" className="fe-test-name" onClick={onOpen}>
          {test.name}
        </button>
        <Tooltip label="Run this case">
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Run ${test.name}`} onClick={onRun}>
            <IconPlayerPlay size={14} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Open">
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Open ${test.name}`} onClick={onOpen}>
            <IconPencil size={14} />
          </ActionIcon>
        </Tooltip>
      </Group>
      {result !== undefined && <CaseOutcome result={result} onShow={onShow} />}
    </article>
  );
}

function CaseMark({ result }: { readonly result: CaseResult | undefined }) {
  return (
    <span
      className="fe-test-mark"
      role="img"
      aria-label={result === undefined ? 'Not run' : result.passed ? 'Passed' : 'Failed'}
    >
      {result === undefined ? null : result.passed ? (
        <IconCheck size={13} stroke={3} />
      ) : (
        <IconX size={13} stroke={3} />
      )}
    </span>
  );
}
