import { ActionIcon, Avatar, Group, Select, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { FlowSlot, Issue } from '@heddle/schemas';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { useFlowSession } from '../sync/flow-session-context.ts';
import { useConnections } from '../../connections/connection-queries.ts';

/** The accounts that a flow needs, and which connected account stands in for each. */
export function SlotSettings() {
  const slots = useEditor((state) => state.document.connections);
  const issues = useEditor((state) => state.issues);
  const entries = Object.entries(slots ?? {});
  if (entries.length === 0) return null;
  return (
    <Stack gap="sm">
      <Text className="fe-group-title">Accounts</Text>
      {entries.map(([name, slot]) => (
        <SlotRow
          key={name}
          name={name}
          slot={slot}
          isUnused={issues.some(
            (issue: Issue) => issue.code === 'slot.unused' && issue.path === `/connections/${name}`,
          )}
        />
      ))}
    </Stack>
  );
}

function SlotRow({
  name,
  slot,
  isUnused,
}: {
  readonly name: string;
  readonly slot: FlowSlot;
  readonly isUnused: boolean;
}) {
  const store = useEditorStore();
  const session = useFlowSession();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const bound = useEditor((state) => state.bindings.connections[name] ?? null);
  const { data } = useConnections();
  const fitting = (data?.items ?? []).filter((item) => item.platform === slot.platform);
  const account = fitting.find((item) => item.id === bound);
  return (
    <div className="fe-inset" data-slot={name}>
      <Group gap={4} wrap="nowrap" mb={6}>
        <TextInput
          variant="unstyled"
          size="xs"
          flex={1}
          classNames={{ input: 'fe-slot-label' }}
          aria-label="Name of this account in the flow"
          maxLength={120}
          disabled={isReadOnly}
          value={slot.label}
          onChange={(event) =>
            event.currentTarget.value !== '' &&
            store.getState().change([{ kind: 'setSlot', name, slot: { ...slot, label: event.currentTarget.value } }], {
              label: 'Rename the account',
              mergeKey: `slot ${name}`,
            })
          }
        />
        {isUnused && !isReadOnly && (
          <Tooltip label="No node uses it: remove">
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={`Remove ${slot.label}`}
              onClick={() =>
                store.getState().change([{ kind: 'setSlot', name, slot: null }], { label: 'Remove an account' })
              }
            >
              <IconTrash size={14} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      <Select
        aria-label={`Account for ${slot.label}`}
        data-testid={`slot-${name}`}
        placeholder={fitting.length === 0 ? `No ${slot.platform} account connected yet` : 'Choose an account'}
        disabled={isReadOnly || fitting.length === 0}
        data={fitting.map((item) => ({
          value: item.id,
          label: `@${item.username}${item.isSandbox ? ' · practice' : ''}`,
        }))}
        value={bound}
        error={bound === null && fitting.length > 0 ? 'Choose which account this is.' : undefined}
        leftSection={
          account === undefined ? undefined : (
            <Avatar src={account.pictureUrl} name={account.name} color="initials" size={20} />
          )
        }
        allowDeselect={false}
        onChange={(id) => session.bindConnection(name, id)}
      />
      {fitting.length === 0 && (
        <Text size="xs" c="dimmed" mt={6}>
          Connect one under <a href="/connections">Connections</a>.
        </Text>
      )}
    </div>
  );
}
