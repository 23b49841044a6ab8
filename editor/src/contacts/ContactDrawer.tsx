import { Anchor, Avatar, Badge, Drawer, Group, Stack, Table, Text } from '@mantine/core';
import type { ContactView } from '@heddle/schemas/api';
import { Link } from 'wouter';
import { useOutboxList } from '../activity/outbox-queries.ts';
import { useRunList } from '../runs/run-queries.ts';
import { ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { fullTime } from '../shared/relative-time.ts';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { StatusPill } from '../shared/StatusPill.tsx';
import { useContact } from './contact-queries.ts';
import { Takeover } from './Takeover.tsx';
import classes from './ContactDrawer.module.css';

/** How many of the newest runs and messages are shown. */
const RECENT = 8;

/** What is known about one contact; open while `id` is set. */
export function ContactDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      position="right"
      size={440}
      title={<Text fw={650}>Contact</Text>}
      closeButtonProps={{ 'aria-label': 'Close' }}
      data-testid="contact-drawer"
    >
      {id !== null && <Details id={id} />}
    </Drawer>
  );
}

function Details({ id }: { id: string }) {
  const contact = useContact(id);
  if (contact.isPending) return <LoadingRows rows={4} height={60} />;
  if (contact.isError) return <ErrorState error={contact.error} onRetry={() => void contact.refetch()} />;
  return (
    <Stack gap="lg">
      <Person contact={contact.data} />
      <Takeover contact={contact.data} />
      <Fields contact={contact.data} />
      <RecentRuns contactId={id} />
      <RecentMessages contactId={id} />
    </Stack>
  );
}

function Person({ contact }: { contact: ContactView }) {
  const name = contact.name ?? contact.username ?? contact.platformId;
  return (
    <Group wrap="nowrap" align="flex-start">
      <Avatar size={60} radius="50%" name={name} color="initials" />
      <div>
        <Text fw={650} size="lg" lh={1.3}>
          {name}
        </Text>
        {contact.username !== null && (
          <Text c="dimmed" size="sm">
            @{contact.username} on {contact.platform}
          </Text>
        )}
        <Group gap={5} mt={8}>
          {contact.isOptedOut && (
            <Badge color="red" variant="light" radius="xl">
              Opted out: gets no messages
            </Badge>
          )}
          {contact.tags.map((tag) => (
            <Badge key={tag} variant="light" radius="xl">
              {tag}
            </Badge>
          ))}
        </Group>
      </div>
    </Group>
  );
}

function Fields({ contact }: { contact: ContactView }) {
  const fields = Object.entries(contact.fields);
  return (
    <section>
      <h3 className={classes['heading']}>Fields</h3>
      <Table variant="vertical" withTableBorder={false} layout="fixed" fz="sm">
        <Table.Tbody>
          {fields.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w={140}>{name}</Table.Th>
              <Table.Td>{typeof value === 'string' ? value : JSON.stringify(value)}</Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Th w={140}>Last message</Table.Th>
            <Table.Td>{contact.lastInboundAt === null ? 'Never' : fullTime(contact.lastInboundAt)}</Table.Td>
          </Table.Tr>
          <Table.Tr>
            <Table.Th w={140}>Known since</Table.Th>
            <Table.Td>{fullTime(contact.createdAt)}</Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </section>
  );
}

function RecentRuns({ contactId }: { contactId: string }) {
  const runs = useRunList({ contactId });
  return (
    <section>
      <h3 className={classes['heading']}>Recent runs</h3>
      {runs.isPending && <LoadingRows rows={2} height={36} />}
      {runs.data !== undefined && runs.items.length === 0 && <Nothing>No flow ran for this person yet.</Nothing>}
      <ul className={classes['list']}>
        {runs.items.slice(0, RECENT).map((run) => (
          <li key={run.id}>
            <Anchor component={Link} href={`/runs/${run.id}`} size="sm" fw={550} truncate>
              {run.flowName}
            </Anchor>
            <StatusPill status={run.status} size="sm" />
            <Text size="xs" c="dimmed" component="span">
              <RelativeTime at={run.startedAt} />
            </Text>
          </li>
        ))}
      </ul>
    </section>
  );
}

function RecentMessages({ contactId }: { contactId: string }) {
  const messages = useOutboxList({ contactId });
  return (
    <section>
      <h3 className={classes['heading']}>What we sent</h3>
      {messages.isPending && <LoadingRows rows={2} height={36} />}
      {messages.data !== undefined && messages.items.length === 0 && <Nothing>Nothing yet.</Nothing>}
      <ul className={classes['list']}>
        {messages.items.slice(0, RECENT).map((message) => (
          <li key={message.id}>
            <Text size="sm" truncate>
              {message.summary}
            </Text>
            <StatusPill status={message.state} size="sm" />
            <Text size="xs" c="dimmed" component="span">
              <RelativeTime at={message.createdAt} />
            </Text>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Nothing({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}
