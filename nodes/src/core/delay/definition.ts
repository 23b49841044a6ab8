import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { durationField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';
import { TIME_OF_DAY_PATTERN, WEEKDAYS, WEEKDAY_TITLES } from '../weekdays.ts';

/** Parks the run for a time, or until a time of day in the person's zone. */
export const delay = defineNode({
  type: 'core/delay',
  version: 1,
  title: 'Wait',
  summary: 'Waits for a time, or until a time of day on certain weekdays, then goes on.',
  icon: 'hourglass',
  category: 'logic',
  effect: 'pure',
  config: Type.Object(
    {
      mode: Type.Enum(['for', 'until'], {
        title: 'Wait',
        default: 'for',
        'x-widget': 'select',
        'x-enum-titles': { for: 'for a time', until: 'until a time of day' },
      }),
      duration: Type.Optional(
        durationField({ title: 'For', default: { amount: 1, unit: 'hours' }, 'x-show-if': { mode: 'for' } }),
      ),
      time: Type.Optional(
        Type.String({
          title: 'Until',
          pattern: TIME_OF_DAY_PATTERN,
          default: '09:00',
          'x-widget': 'time',
          'x-show-if': { mode: 'until' },
        }),
      ),
      weekdays: Type.Optional(
        Type.Array(Type.Enum([...WEEKDAYS]), {
          title: 'Only on',
          description: 'None chosen means every day.',
          uniqueItems: true,
          maxItems: 7,
          'x-widget': 'weekdays',
          'x-enum-titles': WEEKDAY_TITLES,
          'x-show-if': { mode: 'until' },
        }),
      ),
      timeZone: Type.Optional(
        Type.String({
          title: 'Time zone',
          description: 'Used when the zone of the person is not known.',
          minLength: 1,
          maxLength: 64,
          default: 'UTC',
          'x-widget': 'time-zone',
          'x-show-if': { mode: 'until' },
        }),
      ),
      useContactZone: Type.Optional(
        Type.Boolean({
          title: "Go by the person's own time zone",
          default: true,
          'x-widget': 'switch',
          'x-show-if': { mode: 'until' },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  ports: { done: { title: 'Time is up', output: outputSchema({ waitedMs: ['integer', 'Milliseconds waited'] }) } },
  // A fixed upper estimate: the linter cannot see the config here, and a day is what closes the messaging window.
  lint: { waitsUpToMs: 86_400_000 },
  cardText:
    "{% if config.mode == 'until' %}Until {{ config.time }}{% if config.weekdays.size > 0 %} · {{ config.weekdays | join: ', ' }}{% endif %}{% else %}{{ config.duration.amount }} {{ config.duration.unit }}{% endif %}",
  defaults: {
    mode: 'for',
    duration: { amount: 1, unit: 'hours' },
    time: '09:00',
    weekdays: [],
    timeZone: 'UTC',
    useContactZone: true,
  },
});
