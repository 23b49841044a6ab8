import { Alert, Anchor, Button, Group, Text, UnstyledButton } from '@mantine/core';
import type { EventView } from '@heddle/schemas/api';
import { IconChevronRight, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useHasRole } from '../api/session-queries.ts';
import { JsonView } from '../shared/JsonView.tsx';
import { notifyDone, notifyProblem } from '../shared/notify.tsx';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { StatusPill } from '../shared/StatusPill.tsx';
import { useReplay } from './event-queries.ts';
import { eventTitle } from './event-titles.ts';
import classes from './EventsPage.module.css';

/** One event: in a line what came from whom; opened, the runs it started, the flows that let it pass and why, and the data. */
export function EventItem({ event, isOpen, onToggle }: { event: EventView; isOpen: boolean; onToggle: () => void }) {
  // Of a kind that Heddle cannot describe the summary is the bare kind.
  const hasWords = event.summary !== event.kind;
  return (
    <li className={classes['item']} data-testid="event" data-state={event.state}>
      <UnstyledButton className={classes['head']} onClick={onToggle} aria-expanded={isOpen}>
        <IconChevronRight size={16} className={classes['chevron']} aria-hidden />
        <span className={classes['words']}>
          <span className={classes['summary']}>{hasWords ? event.summary : eventTitle(event.kind)}</span>
          <span className={classes['meta']}>{metaWords(event, hasWords)}</span>
        </span>
        <StatusPill status={event.state} />
        <Text size="sm" c="dimmed" component="span" className={classes['when']}>
          <RelativeTime at={event.receivedAt} />
        </Text>
      </UnstyledButton>
      {isOpen && <EventDetails event={event} />}
    </li>
  );
}

/** What it was, from whom, for which flow, and what became of it. @param hasWords The line above does not say what it was. */
function metaWords(event: EventView, hasWords: boolean): string {
  const { contact, target, reason } = event;
  const title = eventTitle(event.kind);
  const who = contact === null ? null : contact.username === null ? contact.name : `@${contact.username}`;
  const parts = [
    hasWords && title !== event.summary ? title : null,
    who === null ? null : `from ${who}`,
    target === null ? null : `for ${target.flowName}`,
  ].filter((part) => part !== null);
  const words = parts.join(' ');
  return [words.charAt(0).toUpperCase() + words.slice(1), reason]
    .filter((part) => part !== null && part !== '')
    .join(' · ');
}

function EventDetails({ event }: { event: EventView }) {
  const replay = useReplay();
  const isEditor = useHasRole('editor');
  const canReplay = isEditor && (event.state === 'failed' || event.state === 'ignored');
  return (
    <div className={classes['body']}>
      {event.reason !== null && (
        <Alert color={event.state === 'failed' ? 'red' : 'gray'} variant="light" p="sm">
          {event.reason}
          {event.attempts > 1 && ` Tried ${event.attempts} times.`}
        </Alert>
      )}
      <Group gap="sm">
        {event.runIds.map((id, index) => (
          <Button
            key={id}
            component={Link}
            href={`/runs/${id}`}
            size="xs"
            variant="light"
            leftSection={<IconPlayerPlay size={14} />}
          >
            {event.runIds.length === 1 ? 'See the run' : `Run ${index + 1}`}
          </Button>
        ))}
        {canReplay && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            loading={replay.isPending}
            onClick={() =>
              replay.mutate(event.id, {
                onSuccess: () => notifyDone('The event is taken again.'),
                onError: notifyProblem,
              })
            }
            data-testid="event-replay"
          >
            Take it again
          </Button>
        )}
      </Group>
      {event.target !== null && (
        <Text size="sm">
          Meant for <NodeLink node={event.target} />
        </Text>
      )}
      {event.skipped.length > 0 && (
        <div>
          <Text size="xs" c="dimmed" fw={550} mb={2}>
            Did not fire
          </Text>
          <ul className={classes['skipped']}>
            {event.skipped.map((skip) => (
              <li key={`${skip.flowId}/${skip.node}`} data-testid="event-skipped">
                <NodeLink node={skip} />
                <span>{skip.reason}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <JsonView value={event.data} label="the event's data" />
    </div>
  );
}

/** A node by its name and flow; leads to it on the canvas. */
function NodeLink({ node }: { node: { flowId: string; flowName: string; node: string; nodeTitle: string } }) {
  const search = node.node === '' ? '' : `?node=${encodeURIComponent(node.node)}`;
  return (
    <Anchor component={Link} href={`/flows/${node.flowId}${search}`} size="sm" fw={550}>
      {node.flowName}
      {node.nodeTitle !== '' && (
        <Text span size="sm" c="dimmed" fw={400}>
          {' '}
          · {node.nodeTitle}
        </Text>
      )}
    </Anchor>
  );
}
