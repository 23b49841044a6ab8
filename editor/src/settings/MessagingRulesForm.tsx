import { Alert, Button, Group, NumberInput, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import type { MessagingRules } from '@heddle/schemas';
import { useState, type FormEvent } from 'react';
import { notifyDone } from '../shared/notify.tsx';
import { toProblem } from '../api/api-problem.ts';
import { ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { rulesProblem, toRules, toRulesForm, type RulesForm } from './messaging-rules-form.ts';
import { useMessagingRules, useSaveMessagingRules } from './messaging-rules-queries.ts';

const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const ZONES: readonly string[] = [...new Set(['UTC', OWN_ZONE, ...Intl.supportedValuesOf('timeZone')])];
const PERIODS = [
  { value: '1', label: 'an hour' },
  { value: '24', label: 'a day' },
  { value: '168', label: 'a week' },
  { value: '720', label: '30 days' },
];
const PAUSES = [
  { value: '0', label: 'Not at all' },
  { value: '15', label: '15 minutes' },
  { value: '60', label: '1 hour' },
  { value: '240', label: '4 hours' },
  { value: '1440', label: '1 day' },
  { value: '10080', label: '7 days' },
];

/** Quiet hours, the most messages per person, and what happens when somebody of the team writes by hand. */
export function MessagingRulesForm({ mayChange }: { mayChange: boolean }) {
  const rules = useMessagingRules();
  if (rules.isPending) return <LoadingRows rows={3} height={48} />;
  if (rules.isError) return <ErrorState error={rules.error} onRetry={() => void rules.refetch()} />;
  return <Form key={JSON.stringify(rules.data)} stored={rules.data} mayChange={mayChange} />;
}

function Form({ stored, mayChange }: { stored: MessagingRules; mayChange: boolean }) {
  const save = useSaveMessagingRules();
  const [before] = useState(() => toRulesForm(stored, OWN_ZONE));
  const [form, setForm] = useState(before);
  const change = (part: Partial<RulesForm>) => setForm({ ...form, ...part });
  const problem = rulesProblem(form);
  const isChanged = JSON.stringify(form) !== JSON.stringify(before);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem !== null) return;
    save.mutate(toRules(form, stored), { onSuccess: () => notifyDone('The messaging rules are saved.') });
  };
  return (
    <Stack component="form" gap="lg" onSubmit={submit} data-testid="messaging-rules">
      <Stack gap="xs">
        <Switch
          label="Quiet hours"
          description="Flows begin no private conversation then; such messages wait for the morning. What answers a person who has just written goes out at any hour. The person's own time zone counts where it is known."
          checked={form.isQuiet}
          disabled={!mayChange}
          onChange={(event) => change({ isQuiet: event.currentTarget.checked })}
        />
        {form.isQuiet && (
          <Group gap="sm" align="flex-end" pl={{ base: 0, xs: 52 }}>
            <TextInput
              type="time"
              label="From"
              w={130}
              value={form.from}
              disabled={!mayChange}
              onChange={(event) => change({ from: event.currentTarget.value })}
            />
            <TextInput
              type="time"
              label="To"
              w={130}
              value={form.to}
              disabled={!mayChange}
              onChange={(event) => change({ to: event.currentTarget.value })}
            />
            <Select
              label="Time zone"
              data={ZONES.includes(form.timeZone) ? [...ZONES] : [form.timeZone, ...ZONES]}
              value={form.timeZone}
              searchable
              allowDeselect={false}
              limit={80}
              w={280}
              disabled={!mayChange}
              nothingFoundMessage="No such zone"
              onChange={(timeZone) => change({ timeZone: timeZone ?? form.timeZone })}
            />
          </Group>
        )}
      </Stack>
      <Stack gap="xs">
        <Switch
          label="Limit messages per person"
          description="Whatever flows do, nobody gets more than this in private. Public replies to comments do not count."
          checked={form.isCapped}
          disabled={!mayChange}
          onChange={(event) => change({ isCapped: event.currentTarget.checked })}
        />
        {form.isCapped && (
          <Group gap="sm" align="center" pl={{ base: 0, xs: 52 }}>
            <NumberInput
              aria-label="Most messages"
              w={100}
              min={1}
              max={1000}
              allowDecimal={false}
              value={form.messages}
              disabled={!mayChange}
              onChange={(value) => change({ messages: typeof value === 'number' ? value : '' })}
            />
            <Text size="sm">messages within</Text>
            <Select
              aria-label="Period"
              w={130}
              data={withOther(PERIODS, form.periodHours, `${form.periodHours} hours`)}
              value={String(form.periodHours)}
              allowDeselect={false}
              disabled={!mayChange}
              onChange={(value) => change({ periodHours: Number(value ?? form.periodHours) })}
            />
          </Group>
        )}
      </Stack>
      <Select
        label="Flows stay out after a person wrote by hand"
        description="From the last message that somebody of your team sent from Instagram itself."
        data={withOther(PAUSES, form.takeoverMinutes, `${form.takeoverMinutes} minutes`)}
        value={String(form.takeoverMinutes)}
        allowDeselect={false}
        maw={320}
        disabled={!mayChange}
        onChange={(value) => change({ takeoverMinutes: Number(value ?? form.takeoverMinutes) })}
      />
      {problem !== null && isChanged && (
        <Text size="sm" c="red" role="alert">
          {problem}
        </Text>
      )}
      {save.isError && (
        <Alert color="red" variant="light" role="alert" p="sm">
          {toProblem(save.error).detail}
        </Alert>
      )}
      {mayChange && (
        <Button type="submit" w="fit-content" disabled={!isChanged || problem !== null} loading={save.isPending}>
          Save
        </Button>
      )}
    </Stack>
  );
}

/** The choices, with a value that only the API could have set. */
function withOther(choices: readonly { value: string; label: string }[], value: number, label: string) {
  return choices.some((choice) => choice.value === String(value))
    ? [...choices]
    : [...choices, { value: String(value), label }];
}
