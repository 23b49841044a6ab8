export {
  fromLocalTime,
  isTimeZone,
  nextMinute,
  nextTimeOfDay,
  parseTimeOfDay,
  toLocalTime,
  type LocalTime,
} from './zoned-time.ts';
