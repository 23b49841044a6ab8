import { Button, Popover, ScrollArea, Text } from '@mantine/core';
import { IconAlertCircle, IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { parseEdgeSource, type Issue } from '@heddle/schemas';
import { useState } from 'react';
import { FixButton } from '../FixButton.tsx';
import { isBlocker } from '../model/issues.ts';
import { edgeKey } from '../model/graph.ts';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { NOTHING_SELECTED, type EditorStore } from '../store/editor-store.ts';

/** How many things prevent publishing, how many are doubtful; a click on one goes there, another settles it where that is possible. */
export function IssueList() {
  const store = useEditorStore();
  const issues = useEditor((state) => state.issues);
  const [isOpen, setOpen] = useState(false);
  const blockers = issues.filter(isBlocker);
  const warnings = issues.filter((issue) => !isBlocker(issue));
  const isClean = issues.length === 0;
  const color = blockers.length > 0 ? 'red' : warnings.length > 0 ? 'yellow' : 'green';
  const Symbol = blockers.length > 0 ? IconAlertCircle : warnings.length > 0 ? IconAlertTriangle : IconCircleCheck;
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={380} shadow="lg" radius="md" withinPortal>
      <Popover.Target>
        <Button
          variant="subtle"
          color={isClean ? 'gray' : color}
          className="fe-issues-button"
          data-color={isClean ? undefined : color}
          size="sm"
          px={10}
          leftSection={<Symbol size={17} />}
          onClick={() => setOpen(!isOpen)}
          aria-label={labelOf(blockers.length, warnings.length)}
          data-testid="issues"
          data-blockers={blockers.length}
          data-warnings={warnings.length}
        >
          <span className="tabular">{isClean ? <span className="fe-top-word">No problems</span> : issues.length}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        {isClean ? (
          <Text size="sm" p="md" c="dimmed">
            Nothing stands in the way of publishing.
          </Text>
        ) : (
          <ScrollArea.Autosize mah={420} type="auto">
            <Section
              title="Must be settled before publishing"
              issues={blockers}
              color="red"
              onPick={(issue) => (setOpen(false), goTo(store, issue))}
            />
            <Section
              title="Worth a look"
              issues={warnings}
              color="yellow"
              onPick={(issue) => (setOpen(false), goTo(store, issue))}
            />
          </ScrollArea.Autosize>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function labelOf(blockers: number, warnings: number): string {
  if (blockers + warnings === 0) return 'No problems';
  return [
    blockers > 0 ? `${blockers} to settle` : '',
    warnings > 0 ? `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

function Section({
  title,
  issues,
  color,
  onPick,
}: {
  readonly title: string;
  readonly issues: readonly Issue[];
  readonly color: string;
  onPick(issue: Issue): void;
}) {
  if (issues.length === 0) return null;
  const Symbol = color === 'red' ? IconAlertCircle : IconAlertTriangle;
  return (
    <section aria-label={title}>
      <Text className="fe-group-title" px="md" pt="sm" pb={4}>
        {title}
      </Text>
      {issues.map((issue, index) => (
        <div key={index} className="fe-issue" data-color={color}>
          <button type="button" className="fe-issue-words" onClick={() => onPick(issue)}>
            <Symbol size={16} aria-hidden /> <span>{issue.message}</span>
          </button>
          <FixButton issue={issue} />
        </div>
      ))}
    </section>
  );
}

function goTo(store: EditorStore, issue: Issue): void {
  const { document, setFocus, select } = store.getState();
  if (issue.node !== undefined && document.nodes[issue.node] !== undefined) {
    setFocus({ target: 'node', node: issue.node });
    return;
  }
  const edge = issue.edge === undefined ? undefined : document.edges[issue.edge];
  if (edge !== undefined) {
    const source = parseEdgeSource(edge.from).node;
    if (document.nodes[source] !== undefined) setFocus({ target: 'node', node: source });
    select({ ...NOTHING_SELECTED, edges: [edgeKey(edge)] });
    return;
  }
  // Accounts and inputs are settings of the flow, which show when nothing is selected.
  select(NOTHING_SELECTED);
}
