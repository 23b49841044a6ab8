import { Avatar, Group, Text } from '@mantine/core';

/** Who a run, event or message is about: initials, name, user name. A dash when it is about nobody. */
export function ContactName({
  contact,
  size = 26,
}: {
  contact: { readonly name: string | null; readonly username: string | null } | null;
  size?: number;
}) {
  if (contact === null) return <Text c="dimmed">–</Text>;
  const name = contact.name !== null && contact.name !== '' ? contact.name : (contact.username ?? 'Unknown person');
  return (
    <Group gap={8} wrap="nowrap" miw={0}>
      <Avatar size={size} radius="50%" name={name} color="initials" />
      <Text size="sm" truncate component="span" fw={500}>
        {name}
        {contact.username !== null && contact.username !== name && (
          <Text span c="dimmed" size="sm" fw={400}>
            {' '}
            @{contact.username}
          </Text>
        )}
      </Text>
    </Group>
  );
}
