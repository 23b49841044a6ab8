import { Divider, NumberInput, Select, Stack, Text, Textarea } from '@mantine/core';
import type { FlowSettings as Settings } from '@heddle/schemas';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { InputSettings } from './InputSettings.tsx';
import { OrderOfFlows } from './OrderOfFlows.tsx';
import { SlotSettings } from './SlotSettings.tsx';

const POLICIES = [
  { value: 'parallel', label: 'Start another run beside it' },
  { value: 'ignore', label: 'Do nothing' },
  { value: 'restart', label: 'Stop the first run, start anew' },
  { value: 'queue', label: 'Start when the first run has ended' },
] as const;

const WHEN_FULL = [
  { value: 'ignore', label: 'Do nothing' },
  { value: 'queue', label: 'Start when a place is free' },
] as const;

/** What concerns the flow as a whole. Shown when no node is selected. */
export function FlowSettings() {
  const store = useEditorStore();
  const description = useEditor((state) => state.document.description);
  const settings = useEditor((state) => state.document.settings) ?? {};
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const set = (next: Settings) =>
    store
      .getState()
      .change([{ kind: 'setSettings', settings: next }], { label: 'Change the settings', mergeKey: 'settings' });
  return (
    <div className="fe-form">
      <Text fw={650} size="md">
        This flow
      </Text>
      <Textarea
        label="What it is for"
        autosize
        minRows={2}
        maxLength={2000}
        disabled={isReadOnly}
        placeholder="A note for you and your team"
        value={description ?? ''}
        onChange={(event) =>
          store.getState().change(
            [
              {
                kind: 'setDescription',
                description: event.currentTarget.value === '' ? null : event.currentTarget.value,
              },
            ],
            { label: 'Edit the description', mergeKey: 'description' },
          )
        }
      />
      <SlotSettings />
      <Divider />
      <InputSettings />
      <Divider />
      <Stack gap="sm">
        <Text className="fe-group-title">Rules</Text>
        <Select
          label="When the same person triggers it again"
          description="while a run for them is still going on"
          data={POLICIES}
          allowDeselect={false}
          disabled={isReadOnly}
          value={settings.contactPolicy ?? 'parallel'}
          onChange={(value) => {
            const contactPolicy = POLICIES.find((policy) => policy.value === value)?.value;
            if (contactPolicy !== undefined) set({ ...settings, contactPolicy });
          }}
        />
        <NumberInput
          label="Pause per person"
          description="Hours before it starts again for the same person"
          min={0}
          max={8760}
          decimalScale={2}
          disabled={isReadOnly}
          value={(settings.cooldownMs ?? 0) / 3_600_000}
          onChange={(value) =>
            typeof value === 'number' && set({ ...settings, cooldownMs: Math.round(value * 3_600_000) })
          }
        />
        <NumberInput
          label="Priority"
          description="When two flows want one event, the higher wins: 0 to 100"
          min={0}
          max={100}
          allowDecimal={false}
          disabled={isReadOnly}
          value={settings.priority ?? 50}
          onChange={(value) => typeof value === 'number' && set({ ...settings, priority: value })}
        />
        <OrderOfFlows />
        <NumberInput
          label="Runs at a time"
          description="For all people together; empty for no limit"
          placeholder="No limit"
          min={1}
          max={100_000}
          allowDecimal={false}
          disabled={isReadOnly}
          value={settings.maxActiveRuns ?? ''}
          onChange={(value) => {
            const { maxActiveRuns: _limit, whenFull, ...rest } = settings;
            if (typeof value !== 'number' || value < 1) set(rest);
            else set({ ...rest, maxActiveRuns: value, ...(whenFull === undefined ? {} : { whenFull }) });
          }}
        />
        {settings.maxActiveRuns !== undefined && (
          <Select
            label="When that many are active"
            data={WHEN_FULL}
            allowDeselect={false}
            disabled={isReadOnly}
            value={settings.whenFull ?? 'ignore'}
            onChange={(value) => {
              const whenFull = WHEN_FULL.find((rule) => rule.value === value)?.value;
              if (whenFull !== undefined) set({ ...settings, whenFull });
            }}
          />
        )}
      </Stack>
    </div>
  );
}
