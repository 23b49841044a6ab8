import { HoverCard, Stack, Text } from '@mantine/core';
import { IconAlertCircle, IconAlertTriangle } from '@tabler/icons-react';
import { FixButton } from '../FixButton.tsx';
import { withoutNodeTitle } from '../model/issues.ts';
import { useCanvas } from '../store/canvas-state.ts';

/** How many things are wrong with a node, with the words on hover, and what settles them by a click. */
export function CardBadge({ id }: { readonly id: string }) {
  const issues = useCanvas((state) => state.nodeIssues.get(id));
  if (issues === undefined || issues.all.length === 0) return null;
  const isError = issues.errors > 0;
  const count = isError ? issues.errors : issues.warnings;
  const label = `${count} ${isError ? (count === 1 ? 'problem' : 'problems') : count === 1 ? 'warning' : 'warnings'}`;
  return (
    <HoverCard position="top" shadow="md" width={280} openDelay={150} withArrow withinPortal>
      <HoverCard.Target>
        <span className="fe-card-badge" data-severity={isError ? 'error' : 'warning'} role="img" aria-label={label}>
          {isError ? <IconAlertCircle size={15} stroke={2.2} /> : <IconAlertTriangle size={15} stroke={2.2} />}
          {count > 1 && <span className="tabular">{count}</span>}
        </span>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        {/* Drawn elsewhere, yet part of the card to React: a click in here must not choose the card. */}
        <Stack gap={8} onClick={(event) => event.stopPropagation()}>
          {issues.all.slice(0, 5).map((issue) => (
            <Stack key={`${issue.path ?? ''} ${issue.message}`} gap={4} align="flex-start">
              <Text size="xs">{withoutNodeTitle(issue.message)}</Text>
              <FixButton issue={issue} />
            </Stack>
          ))}
          {issues.all.length > 5 && (
            <Text size="xs" c="dimmed">
              and {issues.all.length - 5} more
            </Text>
          )}
        </Stack>
      </HoverCard.Dropdown>
    </HoverCard>
  );
}
