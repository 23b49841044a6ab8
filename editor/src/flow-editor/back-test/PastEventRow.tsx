import { Group, Text } from '@mantine/core';
import type { BackTestItem } from '@heddle/schemas/api';
import { draftNotes, outcomeLines, VERDICTS } from './back-test-words.ts';

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** One event: what came in, what happened, and what the draft would do. The same on both sides is said once. */
export function PastEventRow({ item }: { readonly item: BackTestItem }) {
  const look = VERDICTS.find(({ verdict }) => verdict === item.verdict);
  const before = outcomeLines(item.published.fired, item.published.sends);
  const after = outcomeLines(item.draft.fired, item.draft.sends);
  const notes = draftNotes(item);
  return (
    <article className="fe-past-event" data-verdict={item.verdict} data-testid="past-event">
      <Group gap={8} wrap="nowrap" align="center">
        <span
          className="fe-past-dot"
          data-color={look?.color}
          role="img"
          aria-label={look?.label}
          title={look?.label}
        />
        <Text size="sm" fw={550} truncate flex={1} title={item.summary}>
          {item.summary}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        {item.contact === null ? '' : `${item.contact} · `}
        <time dateTime={item.occurredAt}>{WHEN.format(new Date(item.occurredAt))}</time>
      </Text>
      {item.verdict === 'same' ? (
        <Lines label="Both" lines={after} isQuiet={!item.draft.fired} />
      ) : (
        <>
          <Lines label="Happened" lines={before} isQuiet={!item.published.fired} />
          <Lines label="Draft" lines={after} isQuiet={!item.draft.fired} />
        </>
      )}
      {notes.map((note) => (
        <Text key={note} size="xs" className="fe-past-note">
          {note}
        </Text>
      ))}
    </article>
  );
}

function Lines({
  label,
  lines,
  isQuiet,
}: {
  readonly label: string;
  readonly lines: string[];
  readonly isQuiet: boolean;
}) {
  return (
    <div className="fe-past-side">
      <span className="fe-past-label">{label}</span>
      <div className="fe-past-lines" data-quiet={isQuiet}>
        {lines.map((line, index) => (
          <p key={index}>{line}</p>
        ))}
      </div>
    </div>
  );
}
