import { Group, Input, SegmentedControl, Select, Text, TextInput } from '@mantine/core';
import { fromLocalTime } from '@heddle/nodes/definitions';
import type { PostSchedule } from '@heddle/schemas/api';
import { relativeTime } from '../shared/relative-time.ts';
import { useNowMs } from '../shared/RelativeTime.tsx';
import { nextFullHour, OWN_TIME_ZONE, scheduleWords, TIME_ZONES } from './schedule-words.ts';

const WEEK_MS = 7 * 86_400_000;

/** Now, or a time on the wall clock of a zone; the moment is printed with the zone, so that nobody has to guess. */
export function ScheduleFields({
  value,
  onChange,
}: {
  value: PostSchedule | null;
  onChange: (value: PostSchedule | null) => void;
}) {
  const nowMs = useNowMs();
  return (
    <Input.Wrapper label="When">
      <SegmentedControl
        fullWidth
        mt={4}
        data={[
          { value: 'now', label: 'Now' },
          { value: 'later', label: 'At a time' },
        ]}
        value={value === null ? 'now' : 'later'}
        onChange={(mode) =>
          onChange(mode === 'now' ? null : { localTime: nextFullHour(nowMs, OWN_TIME_ZONE), timeZone: OWN_TIME_ZONE })
        }
        data-testid="when"
      />
      {value !== null && (
        <>
          <Group mt="sm" gap="sm" grow>
            <TextInput
              type="datetime-local"
              aria-label="Date and time"
              value={value.localTime}
              onChange={(event) => onChange({ ...value, localTime: event.currentTarget.value.slice(0, 16) })}
              data-testid="local-time"
            />
            <Select
              aria-label="Time zone"
              data={TIME_ZONES}
              value={value.timeZone}
              searchable
              allowDeselect={false}
              limit={80}
              nothingFoundMessage="No such zone"
              onChange={(timeZone) => onChange({ ...value, timeZone: timeZone ?? value.timeZone })}
            />
          </Group>
          <Text size="xs" c="dimmed" mt={6} data-testid="schedule-words">
            {momentWords(value, nowMs)}
          </Text>
        </>
      )}
    </Input.Wrapper>
  );
}

function momentWords({ localTime, timeZone }: PostSchedule, nowMs: number): string {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = localTime.split(/[-T:]/).map(Number);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(localTime)) return 'Choose a day and a time.';
  const iso = new Date(fromLocalTime({ year, month, day, hour, minute }, timeZone)).toISOString();
  const aheadMs = Date.parse(iso) - nowMs;
  if (aheadMs < 0) return `${scheduleWords(iso, timeZone)}, which is over already`;
  // Over a week away the date says it all.
  return `${scheduleWords(iso, timeZone)}${aheadMs < WEEK_MS ? `, ${relativeTime(iso, nowMs)}` : ''}`;
}
