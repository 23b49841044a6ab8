import { ActionIcon, Button, Group, ScrollArea, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import {
  IconArrowLeft,
  IconCheck,
  IconClipboardCheck,
  IconPlayerPlay,
  IconPlayerTrackNext,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import type { FlowTest } from '@heddle/schemas';
import { useMemo, useState } from 'react';
import { SchemaForm } from '../form/SchemaForm.tsx';
import { useEditor } from '../store/editor-context.ts';
import { fromCaseForm, toCaseForm } from './case-form.ts';
import { caseSchema } from './case-schema.ts';
import { CaseOutcome } from './CaseOutcome.tsx';
import { expectWhatWasSeen } from './new-case.ts';
import type { CaseResult } from './run-cases.ts';

interface CaseEditorProps {
  readonly test: FlowTest;
  readonly result: CaseResult | undefined;
  readonly isRunning: boolean;
  onRun(): void;
  /** Goes through it node by node. */
  onStep(): void;
  onShow(result: CaseResult): void;
  onChange(test: FlowTest): void;
  onRemove(): void;
  onClose(): void;
}

/** One case in a form: its name, what happens, what must be seen. */
export function CaseEditor(props: CaseEditorProps) {
  const { test, result, isRunning, onRun, onStep, onShow, onChange, onRemove, onClose } = props;
  const document = useEditor((state) => state.document);
  const catalog = useEditor((state) => state.catalog);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const schema = useMemo(() => caseSchema(document, catalog), [document, catalog]);
  const form = useMemo(() => toCaseForm(test), [test]);
  return (
    <>
      <Group px="md" pb="xs" gap={4} wrap="nowrap">
        <Tooltip label="All cases">
          <ActionIcon variant="subtle" color="gray" aria-label="Back to all cases" onClick={onClose}>
            <IconArrowLeft size={17} />
          </ActionIcon>
        </Tooltip>
        <CaseName test={test} isReadOnly={isReadOnly} onChange={onChange} />
        {!isReadOnly && (
          <Tooltip label="Remove this case">
            <ActionIcon variant="subtle" color="gray" aria-label="Remove this case" onClick={onRemove}>
              <IconTrash size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      <ScrollArea flex={1} type="hover" scrollbarSize={8} classNames={{ content: 'fe-scroll-content' }}>
        <div className="fe-case-form">
          <SchemaForm
            schema={schema}
            value={form}
            onChange={(next) => onChange(fromCaseForm(next, test))}
            fields={[]}
            messages={NO_MESSAGES}
            isReadOnly={isReadOnly}
          />
        </div>
      </ScrollArea>
      <div className="fe-case-foot" data-passed={result?.passed}>
        {result !== undefined && (
          <Stack gap={6} className="fe-case-result">
            <Group gap={6} data-testid="case-result" data-passed={result.passed}>
              {result.passed ? <IconCheck size={16} stroke={3} /> : <IconX size={16} stroke={3} />}
              <Text size="sm" fw={600}>
                {result.passed ? 'Passed' : 'Failed'}
              </Text>
            </Group>
            <CaseOutcome result={result} onShow={onShow} />
          </Stack>
        )}
        <Group gap="xs" justify="flex-end">
          {result !== undefined && !isReadOnly && !result.passed && (
            <Tooltip label="From now on, what was just seen is what must be seen" multiline w={240}>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconClipboardCheck size={14} />}
                data-testid="take-seen"
                onClick={() => onChange({ ...test, expect: expectWhatWasSeen(result) })}
              >
                Expect this
              </Button>
            </Tooltip>
          )}
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerTrackNext size={14} />}
            onClick={onStep}
            data-testid="step-case"
          >
            Step through
          </Button>
          <Button
            size="xs"
            leftSection={<IconPlayerPlay size={14} />}
            loading={isRunning}
            onClick={onRun}
            data-testid="run-case"
          >
            Run
          </Button>
        </Group>
      </div>
    </>
  );
}

/** Changed in place. An empty name is not taken. */
function CaseName({
  test,
  isReadOnly,
  onChange,
}: Pick<CaseEditorProps, 'test' | 'onChange'> & { readonly isReadOnly: boolean }) {
  const [draft, setDraft] = useState<string | null>(null);
  const save = () => {
    const name = draft?.trim() ?? '';
    setDraft(null);
    if (name !== '' && name !== test.name) onChange({ ...test, name });
  };
  return (
    <TextInput
      flex={1}
      size="sm"
      aria-label="Name of the case"
      maxLength={200}
      disabled={isReadOnly}
      value={draft ?? test.name}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') setDraft(null);
      }}
    />
  );
}

const NO_MESSAGES: ReadonlyMap<string, string> = new Map();
