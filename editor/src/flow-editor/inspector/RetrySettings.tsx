import { Group, NumberInput, Select, Stack, Switch, Text } from '@mantine/core';
import type { EffectClass, RetryPolicy } from '@heddle/schemas';
import { formatDuration } from '../model/duration.ts';
import { useEditorStore } from '../store/editor-context.ts';

const DEFAULT_RETRY: RetryPolicy = { attempts: 3, backoff: 'exponential', baseMs: 2000 };

interface RetrySettingsProps {
  readonly id: string;
  readonly retry: RetryPolicy | undefined;
  readonly effect: EffectClass;
  readonly isReadOnly: boolean;
}

/** How often a failed node is tried again. */
export function RetrySettings({ id, retry, effect, isReadOnly }: RetrySettingsProps) {
  const store = useEditorStore();
  const set = (next: RetryPolicy | null) =>
    store.getState().change([{ kind: 'setRetry', id, retry: next }], { label: 'Set retries', mergeKey: `retry ${id}` });
  return (
    <Stack gap="xs">
      <Switch
        label="Try again when it fails"
        description={
          effect === 'send'
            ? 'Only when it is certain that nothing was sent. Nobody ever gets a message twice.'
            : 'For faults that pass by themselves, such as a service that is busy.'
        }
        disabled={isReadOnly}
        checked={retry !== undefined}
        onChange={(event) => set(event.currentTarget.checked ? DEFAULT_RETRY : null)}
      />
      {retry !== undefined && (
        <div className="fe-inset">
          <Group gap="xs" wrap="nowrap" align="flex-end">
            <NumberInput
              label="Tries in all"
              size="xs"
              min={1}
              max={10}
              disabled={isReadOnly}
              value={retry.attempts}
              onChange={(value) => typeof value === 'number' && set({ ...retry, attempts: value })}
            />
            <NumberInput
              label="First wait (s)"
              size="xs"
              min={0.1}
              max={3600}
              decimalScale={1}
              disabled={isReadOnly}
              value={retry.baseMs / 1000}
              onChange={(value) =>
                typeof value === 'number' && value >= 0.1 && set({ ...retry, baseMs: Math.round(value * 1000) })
              }
            />
            <Select
              label="Then"
              size="xs"
              disabled={isReadOnly}
              allowDeselect={false}
              data={[
                { value: 'exponential', label: 'twice as long' },
                { value: 'constant', label: 'as long' },
              ]}
              value={retry.backoff}
              onChange={(value) =>
                (value === 'exponential' || value === 'constant') && set({ ...retry, backoff: value })
              }
            />
          </Group>
          <Text size="xs" c="dimmed" mt={6}>
            {waitsOf(retry)}
          </Text>
        </div>
      )}
    </Stack>
  );
}

function waitsOf(retry: RetryPolicy): string {
  const waits = Array.from({ length: Math.max(0, retry.attempts - 1) }, (_unused, index) =>
    formatDuration(retry.backoff === 'exponential' ? retry.baseMs * 2 ** index : retry.baseMs),
  );
  return waits.length === 0
    ? 'No second try.'
    : `Waits about ${waits.slice(0, 5).join(', ')}${waits.length > 5 ? ' …' : ''} between the tries.`;
}
