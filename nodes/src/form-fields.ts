/** Pieces of config schemas that several node types share, with the hints that the editor draws its forms from. Browser safe. */
import { Type } from 'typebox';

/** What a form field may say besides its type. */
export interface FieldHints {
  readonly title: string;
  readonly description?: string;
  readonly default?: string;
  readonly 'x-placeholder'?: string;
  readonly 'x-group'?: string;
  readonly 'x-advanced'?: true;
  readonly 'x-show-if'?: Readonly<Record<string, string | boolean | readonly (string | boolean)[]>>;
  /** Live counter, UTF-8 bytes. */
  readonly 'x-max-bytes'?: number;
}

/** The account that a node works with: a slot of the flow such as `@shop`. */
export const connectionField = (description: string) =>
  Type.String({ title: 'Account', description, 'x-widget': 'connection', pattern: '^@[a-z][a-zA-Z0-9_]{0,63}$' });

/** A line of text with fields in it, which may be empty. */
export const templateField = (hints: FieldHints) => Type.String({ ...hints, 'x-widget': 'template' });

/** Several lines of text with fields in it, which may be empty. */
export const templateAreaField = (hints: FieldHints) => Type.String({ ...hints, 'x-widget': 'template-area' });

/** A line of text with fields in it that must say something. */
export const requiredTemplateField = (hints: FieldHints) =>
  Type.String({ ...hints, minLength: 1, 'x-widget': 'template' });

/** Several lines of text with fields in it that must say something. */
export const requiredTemplateAreaField = (hints: FieldHints) =>
  Type.String({ ...hints, minLength: 1, 'x-widget': 'template-area' });

/** Unit of a duration, smallest first. */
export const DURATION_UNITS = ['seconds', 'minutes', 'hours', 'days', 'weeks'] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number];

/** An amount of time as a person says it. */
export interface Duration {
  readonly amount: number;
  readonly unit: DurationUnit;
}

const UNIT_MS: Readonly<Record<DurationUnit, number>> = {
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
};

/** A duration in milliseconds; days have 24 hours. */
export function toMs(duration: Duration): number {
  return Math.round(duration.amount * UNIT_MS[duration.unit]);
}

/** A duration: `{ amount, unit }`. */
export const durationField = (
  hints: { title: string; description?: string; default: Duration } & Record<`x-${string}`, unknown>,
) =>
  Type.Object(
    {
      amount: Type.Number({ title: 'Amount', minimum: 0, maximum: 100_000 }),
      unit: Type.Enum([...DURATION_UNITS], { title: 'Unit' }),
    },
    { additionalProperties: false, 'x-widget': 'duration', ...hints },
  );
