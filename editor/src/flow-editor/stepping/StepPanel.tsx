import {
  ActionIcon,
  Alert,
  Button,
  Group,
  Loader,
  ScrollArea,
  Stack,
  Text,
  Tooltip,
  UnstyledButton,
} from '@mantine/core';
import {
  IconArrowLeft,
  IconChevronDown,
  IconChevronRight,
  IconPin,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
} from '@tabler/icons-react';
import type { NodeRunRecord } from '@heddle/engine/test-kit';
import type { FlowTest, JsonValue } from '@heddle/schemas';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { JsonView } from '../../shared/JsonView.tsx';
import { notifyUndo } from '../../shared/notify.tsx';
import { portsOfNode, titleOfNode } from '../model/graph.ts';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { overlayOfTest } from '../sync/test-overlay.ts';
import type { StepState, Stepper } from './stepper.ts';
import { useStepper } from './use-stepper.ts';

interface StepPanelProps {
  readonly test: FlowTest;
  onClose(): void;
}

/** A test case node by node: what goes in, what comes out, and the path on the canvas. */
export function StepPanel({ test, onClose }: StepPanelProps) {
  const { stepper, problem, again } = useStepper(test);
  return (
    <>
      <Group px="md" pb="xs" gap={4} wrap="nowrap">
        <Tooltip label="Back to the case">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Stop stepping"
            data-testid="stop-stepping"
            onClick={onClose}
          >
            <IconArrowLeft size={17} />
          </ActionIcon>
        </Tooltip>
        <Text size="sm" fw={600} truncate>
          {test.name}
        </Text>
      </Group>
      {problem !== null && (
        <Alert color="yellow" m="md" p="xs">
          {problem}
        </Alert>
      )}
      {stepper !== null && <Steps key={stepper.key} stepper={stepper.of} onAgain={again} onClose={onClose} />}
    </>
  );
}

function Steps({ stepper, onAgain, onClose }: { readonly stepper: Stepper; onAgain(): void; onClose(): void }) {
  const store = useEditorStore();
  const state = useStore(stepper.state);
  useEffect(() => {
    const overlay = overlayOfTest(store.getState().document, state.ports);
    const next = state.next === null ? {} : { [state.next.node]: { status: 'running' as const } };
    store.getState().setOverlay({ ...overlay, nodes: { ...overlay.nodes, ...next } });
  }, [store, state.ports, state.next]);
  useEffect(() => {
    if (state.next !== null) store.getState().setFocus({ target: 'canvas', node: state.next.node });
  }, [store, state.next]);
  const isPaused = state.kind === 'paused';
  return (
    <>
      <ScrollArea flex={1} type="hover" scrollbarSize={8} classNames={{ content: 'fe-scroll-content' }}>
        <Stack gap="xs" p="md" pt="xs" component="ol" className="fe-steps" aria-label="Steps">
          {state.records.map((record, index) => (
            <StepRow key={index} record={record} isLast={!isPaused && index === state.records.length - 1} />
          ))}
          {state.next !== null && <NextRow node={state.next.node} input={state.next.input} />}
          {state.kind === 'broken' && (
            <Alert color="red" p="xs">
              {state.problem}
            </Alert>
          )}
          {state.kind === 'running' && <Loader size="sm" type="dots" aria-label="Running" />}
        </Stack>
      </ScrollArea>
      <div className="fe-case-foot">
        <Text size="xs" c="dimmed" role="status" data-testid="step-state" data-state={state.kind}>
          {wordsFor(state)}
        </Text>
        <Group gap="xs" justify="flex-end">
          <Button size="xs" variant="subtle" color="gray" onClick={onClose}>
            Stop
          </Button>
          {isPaused ? (
            <>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPlayerSkipForward size={14} />}
                data-testid="step-continue"
                onClick={stepper.finish}
              >
                To the end
              </Button>
              <Button
                size="xs"
                leftSection={<IconPlayerTrackNext size={14} />}
                data-testid="step-next"
                onClick={stepper.next}
              >
                Next
              </Button>
            </>
          ) : (
            <Button size="xs" variant="default" disabled={state.kind === 'running'} onClick={onAgain}>
              Once more
            </Button>
          )}
        </Group>
      </div>
    </>
  );
}

function wordsFor({ kind, report }: StepState): string {
  if (kind === 'paused') return 'Stopped before this node. Nothing is sent.';
  if (kind !== 'ended' || report === null) return '';
  if (report.runs.length === 0) return `No run started. ${report.notFired.at(-1)?.reason ?? ''}`;
  const sent = report.sent.filter(({ action }) => action.kind !== 'typing' && action.kind !== 'markSeen').length;
  const messages = `${sent} ${sent === 1 ? 'message' : 'messages'} would have been sent.`;
  return report.status === 'waiting' ? `The run waits for the person. ${messages}` : `The end. ${messages}`;
}

function useTitle(id: string): string {
  return useEditor((state) => {
    const node = state.document.nodes[id];
    return node === undefined ? id : titleOfNode(node, state.catalog);
  });
}

function NextRow({ node, input }: { readonly node: string; readonly input: JsonValue }) {
  const title = useTitle(node);
  return (
    <li className="fe-step" data-next data-testid="next-step" data-node={node}>
      <Text size="sm" fw={600}>
        Next: {title}
      </Text>
      <Text size="xs" c="dimmed">
        Goes in
      </Text>
      <JsonView value={input} label={`What goes into ${title}`} />
    </li>
  );
}

function StepRow({ record, isLast }: { readonly record: NodeRunRecord; readonly isLast: boolean }) {
  const { node, outcome, input } = record;
  const store = useEditorStore();
  const title = useTitle(node);
  const [isOpen, setOpen] = useState(isLast);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const exit = useEditor((state) => {
    if (outcome.kind !== 'succeeded') return '';
    const found = state.document.nodes[node];
    const ports = found === undefined ? [] : portsOfNode(state.catalog.find(found.type), found.config);
    return ports.find(({ name }) => name === outcome.port)?.title ?? outcome.port;
  });
  const isPinned = useEditor((state) => state.document.nodes[node]?.pin !== undefined);
  const output = outputOf(outcome);
  return (
    <li className="fe-step" data-outcome={outcome.kind} data-testid="step" data-node={node}>
      <UnstyledButton className="fe-step-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
        <Text size="sm" fw={600} flex={1} truncate>
          {title}
        </Text>
        <Text size="xs" c={outcome.kind === 'failed' ? 'red' : 'dimmed'}>
          {outcome.kind === 'succeeded' ? exit : outcome.kind === 'suspended' ? 'Waits' : 'Failed'}
        </Text>
      </UnstyledButton>
      {isOpen && (
        <Stack gap={4}>
          <Text size="xs" c="dimmed">
            Went in
          </Text>
          <JsonView value={input} label={`What went into ${title}`} />
          <Text size="xs" c="dimmed">
            {outcome.kind === 'failed' ? 'Error' : outcome.kind === 'suspended' ? 'Waits for' : 'Came out'}
          </Text>
          <JsonView value={output} label={`What came out of ${title}`} />
          {outcome.kind === 'succeeded' && !isReadOnly && !isPinned && (
            <Group>
              <Button
                size="compact-xs"
                variant="subtle"
                color="gray"
                leftSection={<IconPin size={13} />}
                data-testid="pin-output"
                onClick={() => {
                  const pin = { port: outcome.port, output: outcome.output };
                  store.getState().change([{ kind: 'setPin', id: node, pin }], { label: 'Pin an output' });
                  notifyUndo(`The output of “${title}” is pinned for tests`, () => store.getState().undo());
                }}
              >
                Pin this output
              </Button>
            </Group>
          )}
        </Stack>
      )}
    </li>
  );
}

function outputOf(outcome: NodeRunRecord['outcome']): JsonValue {
  switch (outcome.kind) {
    case 'succeeded':
      return outcome.output;
    case 'suspended':
      return outcome.wait;
    case 'failed':
      return { code: outcome.error.code, message: outcome.error.message };
  }
}
