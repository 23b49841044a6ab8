import { Alert, Button, Center, Group, Loader, Modal, NativeSelect, Text } from '@mantine/core';
import { IconArrowRight, IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { diffFlows, type FlowDifference } from '@heddle/engine';
import type { FlowDocument } from '@heddle/schemas';
import { api, type FlowVersionSummary } from '@heddle/schemas/api';
import { useMemo, useState } from 'react';
import { toProblem } from '../../api/api-problem.ts';
import { callApi } from '../../api/client.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { notifyUndo } from '../../shared/notify.tsx';
import { cardSizes } from '../canvas/card-sizes.ts';
import { noteNodeId } from '../canvas/canvas-nodes.ts';
import { FlowCanvas } from '../FlowCanvas.tsx';
import { goBackTo } from '../store/edit-actions.ts';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { useFlowSession } from '../sync/flow-session-context.ts';
import { ChangeList, markOf } from './ChangeList.tsx';
import { drawComparison, nodesOfDifference } from './compare-drawing.ts';

/** One side of a comparison. */
export type Side = number | 'draft';

interface CompareModalProps {
  readonly versions: readonly FlowVersionSummary[];
  readonly first: { readonly before: Side; readonly after: Side };
  onClose(): void;
  /** The draft is an older version now. */
  onWentBack(): void;
}

/** Two versions of the flow: what changed between them on the canvas and in sentences, and the way back to one of them. */
export function CompareModal({ versions, first, onClose, onWentBack }: CompareModalProps) {
  const [sides, setSides] = useState(first);
  const before = useDocument(sides.before);
  const after = useDocument(sides.after);
  const error = before.error ?? after.error;
  const options = [
    { value: 'draft', label: 'The draft' },
    ...versions.map(({ version, isLive }) => ({
      value: String(version),
      label: `Version ${version}${isLive ? ' (live)' : ''}`,
    })),
  ];
  const choose = (side: 'before' | 'after') => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setSides({ ...sides, [side]: value === 'draft' ? value : Number(value) });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      fullScreen
      padding={0}
      title={<Text fw={650}>Compare versions</Text>}
      classNames={{ header: 'fe-compare-header', body: 'fe-compare-body' }}
    >
      <div className="fe-compare-bar">
        <NativeSelect
          size="xs"
          aria-label="Before"
          data-testid="compare-before"
          data={options}
          value={String(sides.before)}
          onChange={choose('before')}
        />
        <IconArrowRight size={16} aria-hidden />
        <NativeSelect
          size="xs"
          aria-label="After"
          data-testid="compare-after"
          data={options}
          value={String(sides.after)}
          onChange={choose('after')}
        />
        <GoBack version={sides.before} document={before.data} onDone={onWentBack} />
      </div>
      {error !== null && (
        <Alert color="red" m="md">
          {toProblem(error).detail}
        </Alert>
      )}
      {before.data === undefined || after.data === undefined ? (
        error === null && (
          <Center p="xl">
            <Loader size="sm" type="dots" aria-label="Loading the versions" />
          </Center>
        )
      ) : (
        <Comparison key={`${sides.before} ${sides.after}`} before={before.data} after={after.data} />
      )}
    </Modal>
  );
}

function useDocument(side: Side): { readonly data: FlowDocument | undefined; readonly error: Error | null } {
  const session = useFlowSession();
  const draft = useEditor((state) => state.document);
  const query = useQuery({
    queryKey: [...queryKeys.flowVersions(session.flowId), side],
    queryFn: ({ signal }) =>
      callApi(api.flows.version, { params: { id: session.flowId, version: String(side) } }, { signal }),
    enabled: side !== 'draft',
    // A published version never changes.
    staleTime: Infinity,
  });
  return side === 'draft' ? { data: draft, error: null } : { data: query.data?.document, error: query.error };
}

interface ComparisonProps {
  readonly before: FlowDocument;
  readonly after: FlowDocument;
}

function Comparison({ before, after }: ComparisonProps) {
  const catalog = useEditor((state) => state.catalog);
  const [selected, setSelected] = useState<FlowDifference | null>(null);
  const differences = useMemo(() => diffFlows(before, after, catalog.registry), [before, after, catalog]);
  const { document, overlay } = useMemo(
    () => drawComparison(before, after, differences, (shown) => cardSizes(shown, catalog, [])),
    [before, after, catalog, differences],
  );
  const show = useMemo(() => {
    if (selected === null) return undefined;
    return 'note' in selected ? [noteNodeId(selected.note)] : nodesOfDifference(selected);
  }, [selected]);
  const [selectedNode = null] = selected === null ? [] : nodesOfDifference(selected);
  return (
    <div className="fe-compare">
      <div className="fe-compare-canvas">
        <FlowCanvas
          document={document}
          overlay={overlay}
          selectedNode={selectedNode}
          show={show}
          onSelect={(id) =>
            setSelected(differences.find((difference) => 'node' in difference && difference.node === id) ?? null)
          }
          readOnly
        />
      </div>
      <aside className="fe-compare-list" aria-label="What changed">
        {differences.length === 0 ? (
          <Text size="sm" c="dimmed" p="md" data-testid="compare-summary">
            Both are the same. Where cards lie on the canvas does not count.
          </Text>
        ) : (
          <>
            <Text size="xs" c="dimmed" px="md" pt="md" pb={6} data-testid="compare-summary">
              {summaryOf(differences)}
            </Text>
            <ChangeList differences={differences} selected={selected} onPick={setSelected} />
          </>
        )}
      </aside>
    </div>
  );
}

function summaryOf(differences: readonly FlowDifference[]): string {
  const told = differences.filter((difference) => !('isImplied' in difference && difference.isImplied));
  const count = (mark: ReturnType<typeof markOf>) => told.filter((difference) => markOf(difference) === mark).length;
  return (['added', 'removed', 'changed'] as const)
    .flatMap((mark) => (count(mark) === 0 ? [] : [`${count(mark)} ${mark}`]))
    .join(', ');
}

interface GoBackProps {
  readonly version: Side;
  readonly document: FlowDocument | undefined;
  onDone(): void;
}

/** Makes the older side the draft, as a change like any other. */
function GoBack({ version, document, onDone }: GoBackProps) {
  const store = useEditorStore();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const isSame = useEditor((state) => document !== undefined && diffFlows(document, state.document).length === 0);
  if (isReadOnly || version === 'draft') return null;
  return (
    <Group justify="flex-end" flex={1}>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconHistory size={14} />}
        disabled={document === undefined || isSame}
        data-testid="go-back"
        onClick={() => {
          if (document === undefined) return;
          const done = goBackTo(store, version, document);
          onDone();
          notifyUndo(`${done.words}. Publish it to make it live.`, done.undo);
        }}
      >
        Make version {version} the draft
      </Button>
    </Group>
  );
}
