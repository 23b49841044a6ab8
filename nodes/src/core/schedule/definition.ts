import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';
import { TIME_OF_DAY_PATTERN, WEEKDAYS, WEEKDAY_TITLES } from '../weekdays.ts';

/** Starts runs by the clock. The host asks `nextScheduleTick` when. */
export const schedule = defineNode({
  type: 'core/schedule',
  version: 1,
  title: 'At set times',
  summary: 'Starts every hour, every day or on chosen weekdays, by the clock of a time zone.',
  icon: 'calendar-time',
  category: 'trigger',
  role: 'trigger',
  effect: 'pure',
  config: Type.Object(
    {
      repeat: Type.Enum(['hourly', 'daily', 'weekly', 'cron'], {
        title: 'Repeat',
        default: 'daily',
        'x-widget': 'select',
        'x-enum-titles': {
          hourly: 'Every hour',
          daily: 'Every day',
          weekly: 'On chosen weekdays',
          cron: 'By a cron pattern',
        },
      }),
      time: Type.Optional(
        Type.String({
          title: 'At',
          description: 'Every hour: only the minutes count.',
          pattern: TIME_OF_DAY_PATTERN,
          default: '09:00',
          'x-widget': 'time',
          'x-show-if': { repeat: ['hourly', 'daily', 'weekly'] },
        }),
      ),
      weekdays: Type.Optional(
        Type.Array(Type.Enum([...WEEKDAYS]), {
          title: 'On',
          uniqueItems: true,
          maxItems: 7,
          'x-widget': 'weekdays',
          'x-enum-titles': WEEKDAY_TITLES,
          'x-show-if': { repeat: 'weekly' },
        }),
      ),
      cron: Type.Optional(
        Type.String({
          title: 'Cron pattern',
          description: 'Minute, hour, day, month, weekday: "0 9 * * mon-fri" is 9:00 on workdays.',
          maxLength: 200,
          'x-widget': 'text',
          'x-placeholder': '0 9 * * mon-fri',
          'x-show-if': { repeat: 'cron' },
        }),
      ),
      timeZone: Type.String({
        title: 'Time zone',
        minLength: 1,
        maxLength: 64,
        default: 'UTC',
        'x-widget': 'time-zone',
      }),
    },
    { additionalProperties: false },
  ),
  ports: {
    matched: {
      title: 'It is time',
      tone: 'positive',
      output: outputSchema({
        tickAt: ['string', 'Planned moment'],
        tickAtMs: ['integer', 'Planned moment, milliseconds'],
      }),
    },
  },
  events: ['core/schedule'],
  cardText:
    "{% case config.repeat %}{% when 'hourly' %}Every hour{% when 'daily' %}Every day at {{ config.time }}{% when 'weekly' %}{{ config.weekdays | join: ', ' | capitalize }} at {{ config.time }}{% else %}{{ config.cron }}{% endcase %} · {{ config.timeZone }}",
  defaults: { repeat: 'daily', time: '09:00', weekdays: ['monday'], timeZone: 'UTC' },
});
