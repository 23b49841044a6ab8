import type { ColumnType } from 'kysely';
import type { AccountTables } from '../accounts/tables.ts';
import type { ConnectionTables } from '../connections/tables.ts';
import type { FlowTables } from '../flows/tables.ts';
import type { WorkspaceTables } from '../workspaces/tables.ts';

/** timestamptz: a Date when read, a Date or RFC 3339 text when written. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>;

/** timestamptz with a default: need not be given on insert. */
export type CreatedTimestamp = ColumnType<Date, Date | string | undefined, Date | string>;

/** timestamptz that may be null. */
export type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** jsonb: the value when read; JSON text when written (the driver would turn an array into a Postgres array). */
export type Json<T> = ColumnType<T, string, string>;

/** Every table by its full name. Each feature writes the rows of its own tables in its own `tables.ts`; they meet here. */
export interface Tables extends WorkspaceTables, AccountTables, ConnectionTables, FlowTables {}
