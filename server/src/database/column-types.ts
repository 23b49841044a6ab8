import type { ColumnType } from 'kysely';

/** timestamptz: a Date when read, a Date or RFC 3339 text when written. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>;

/** timestamptz with a default: need not be given on insert. */
export type CreatedTimestamp = ColumnType<Date, Date | string | undefined, Date | string>;

/** timestamptz that may be null. */
export type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** jsonb: the value when read; JSON text when written (the driver would turn an array into a Postgres array). */
export type Json<T> = ColumnType<T, string, string>;
